import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, stamps } from './place.mjs';
import { ToolError } from './tool.mjs';

/**
 * A step that can be left out when nothing it depends on has changed.
 * @typedef {object} Step
 * @property {string} name one word, also the name of its stamp
 * @property {string} doing what it is doing, for the one line it prints
 * @property {string} advice one line: what to do when it fails
 * @property {() => boolean} current whether its result is there and up to date
 * @property {() => Promise<void>} run
 */

/** @param {string} name */
const stampFile = (name) => join(stamps, `${name}.stamp`);

/**
 * A step whose result is current as long as a fingerprint of its inputs is the one it last ran on.
 * @param {Omit<Step, 'current'> & { inputs: () => string, output: string }} parts `output`: a path the run must leave behind
 * @returns {Step}
 */
export function stampedStep({ inputs, output, run, ...rest }) {
  const stamp = stampFile(rest.name);
  return {
    ...rest,
    current: () =>
      existsSync(join(root, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs(),
    run: async () => {
      // Taken before the run: a file saved meanwhile must make the next run do it again.
      const before = inputs();
      await run();
      mkdirSync(stamps, { recursive: true });
      writeFileSync(stamp, before);
    },
  };
}

/**
 * Runs the step unless it is current. Prints one line when it runs.
 * @param {Step} step
 */
export async function runStep(step) {
  if (step.current()) return;
  const began = Date.now();
  process.stdout.write(`${step.doing} … `);
  try {
    await step.run();
  } catch (error) {
    process.stdout.write('failed\n');
    throw new StepError(step, error);
  }
  process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1)} s\n`);
}

/** A step that failed, with the words to print. */
export class StepError extends Error {
  /**
   * @param {Step} step
   * @param {unknown} cause
   */
  constructor(step, cause) {
    super(`${step.name} failed`, { cause });
    const said = cause instanceof ToolError ? `${cause.output.trimEnd()}\n\n${cause.message}` : String(cause);
    this.report = `${said}\n\n${step.advice}\n`;
  }
}

/**
 * Runs steps in order. When one fails: prints what its tool said and what to do, and ends the process with 1.
 * @param {Step[]} steps
 */
export async function prepare(steps) {
  try {
    for (const step of steps) await runStep(step);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.stderr.write(`\n${error.report}`);
    process.exit(1);
  }
}
