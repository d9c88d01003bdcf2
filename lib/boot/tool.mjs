import { spawn } from 'node:child_process';
import { node24, projectPath, root, toolScript } from './place.mjs';

/** A tool that ended badly. `output` is everything it said. */
export class ToolError extends Error {
  /**
   * @param {string} message
   * @param {string} output
   */
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

/**
 * @typedef {object} Ended
 * @property {number} code exit code; 1 when a signal ended it
 * @property {string} output stdout and stderr as they came
 */

/**
 * Runs a command in the clone to its end. Never rejects for a bad exit code, only when it cannot be started.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, show?: boolean, shell?: boolean }} [options] `show` prints as it runs and keeps nothing
 * @returns {Promise<Ended>}
 */
export function end(command, args, { env = {}, show = false, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      shell,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/**
 * Runs a command to its end and throws a ToolError unless it exits with 0.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, shell?: boolean }} [options]
 */
export async function must(command, args, options) {
  const { code, output } = await end(command, args, options);
  if (code !== 0) throw new ToolError(`${[command, ...args].join(' ')} ended with ${code}`, output);
}

/**
 * The command and arguments that run an installed package's command on Node 24.
 * @param {string} name package, or `package#command` where they differ
 * @param {string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function tool(name, ...args) {
  const [pack = name, command] = name.split('#');
  return [node24(), [toolScript(pack, command), ...args]];
}

/** What every tool gets: Node 24 on PATH, no questions, no news. */
export function toolEnv() {
  return {
    PATH: projectPath(),
    NEXT_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  };
}
