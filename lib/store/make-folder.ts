import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartupError } from '../startup-error.ts';

const mode = 0o700;

/**
 * The folder and those above it, for its owner only. Node's own `recursive` never returns where a folder answers ENOENT
 * although its parent is there, as all of /proc does.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  try {
    await mkdir(path, { mode });
  } catch (error) {
    // Somebody else made it in between.
    if (!(await isFolder(path))) throw error;
  }
}

/** What went wrong with the data folder, for whoever named it. */
export function unusable(folder: string, cause: unknown): StartupError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StartupError(
    `WEIR_DATA=${folder} cannot be used (${reason}): name a folder that we may write to.`,
    { cause },
  );
}

/** @throws StartupError when it cannot be made */
export async function makeDataFolder(folder: string): Promise<void> {
  await makeFolder(folder).catch((cause: unknown) => {
    throw unusable(folder, cause);
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
