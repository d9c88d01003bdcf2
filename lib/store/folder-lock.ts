import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../startup-error.ts';
import { makeFolder } from './make-folder.ts';

export interface FolderLock {
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  since: string;
  /** Tells a process from a later one with the same pid; null where the system does not say. */
  birth: string | null;
  token: string;
}

/** A lock file that cannot be read is somebody's who is writing it right now, for this long. */
const writingMs = 3_000;
/** A takeover lasts microseconds: an older mark of one was left by a process that died in it. */
const takeoverMs = 10_000;

/**
 * One process per folder. The lock of a dead process is taken over.
 * @throws StartupError that says who holds it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await makeFolder(folder);
  const path = join(folder, 'weir.lock');
  const mine: Holder = {
    pid: process.pid,
    since: new Date().toISOString(),
    birth: birthOf(process.pid),
    token: randomUUID(),
  };
  while (!(await createLock(path, mine))) {
    const found = await readLock(path);
    if (found === 'being written') await sleep(50);
    else if (found && isAlive(found)) throw heldBy(folder, found);
    else if (await takeOver(path, mine)) break;
  }
  return { release: () => releaseLock(path, mine) };
}

async function createLock(path: string, mine: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(mine));
    await file.close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Only one process at a time gets past the mark, and looks again before it replaces the lock in one step. */
async function takeOver(path: string, mine: Holder): Promise<boolean> {
  const mark = `${path}.takeover`;
  if (!(await createLock(mark, mine))) {
    if ((await ageOf(mark)) > takeoverMs) await rm(mark, { force: true });
    else await sleep(50);
    return false;
  }
  try {
    const found = await readLock(path);
    if (found === 'being written' || (found && isAlive(found))) return false;
    const next = `${path}.${mine.token}`;
    await writeFile(next, JSON.stringify(mine), { mode: 0o600 });
    await rename(next, path);
    return true;
  } finally {
    await rm(mark, { force: true });
  }
}

async function releaseLock(path: string, mine: Holder): Promise<void> {
  const found = await readLock(path);
  if (found && found !== 'being written' && found.token === mine.token) await unlink(path);
}

async function readLock(path: string): Promise<Holder | 'being written' | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    if (!(error instanceof SyntaxError)) throw error;
    return (await ageOf(path)) < writingMs ? 'being written' : null;
  }
}

async function ageOf(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}

function isAlive({ pid, birth }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if (!hasCode(error, 'EPERM')) return false;
  }
  const now = birthOf(pid);
  return birth === null || now === null || birth === now;
}

/** Boot and clock ticks since it, from /proc. */
function birthOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may contain anything; the 20th field after it is the start.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}

function heldBy(folder: string, { pid, since }: Holder): StartupError {
  return new StartupError(
    `The data folder ${folder} is in use by process ${pid} since ${since}: stop that one, or set WEIR_DATA to another folder.`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
