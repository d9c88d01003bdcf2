import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Whether processes can be kept on a core of their own. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** The server under test has core 1 to itself; the upstream and the client share core 0. */
export type Core = 0 | 1;

export interface ChildOptions {
  core: Core;
  env?: Record<string, string>;
  /** For Node itself. */
  flags?: readonly string[];
}

export type Child = ChildProcessByStdio<null, Readable, null>;

/** Starts a script of the clone with its arguments. Its errors go to our stderr. */
export function startChild([script, ...args]: [string, ...string[]], options: ChildOptions): Child {
  const { core, env = {}, flags = [] } = options;
  const node = [process.execPath, ...flags, join(root, script), ...args];
  // taskset becomes the command it starts: the process id is that of Node.
  const [command = '', ...rest] = canPin ? ['taskset', '--cpu-list', String(core), ...node] : node;
  const { PATH = '', HOME = '' } = process.env;
  return spawn(command, rest, {
    cwd: root,
    env: { PATH, HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const READY_WITHIN_MS = 60_000;

/** The address in the line `… ready on http://…`. @throws when the process ends or falls silent without one */
export async function readyAddress(child: Child, name: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error(`${name} was not ready in time`)), READY_WITHIN_MS);
  child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)));
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const address = /ready on (http:\/\/\S+)/.exec(said)?.[1];
    if (address !== undefined) resolve(address);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** All that the process says, once it has ended. @throws when it ends badly */
export async function outputOf(child: Child, name: string): Promise<string> {
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return said;
}

const ENDS_WITHIN_MS = 15_000;

export async function stopChild(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
