import { randomBytes } from 'node:crypto';
import { chmod, link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../startup-error.ts';

const leastLength = 32;

/**
 * What signs sessions: `given` (WEIR_SECRET) if there is one, else the secret kept in `folder`, which must be there; made on first use
 * and readable by its owner only. Losing or changing it signs everybody out, and guests for good.
 * @throws StartupError, one sentence that says what to do
 */
export async function sessionSecret(given: string | undefined, folder: string): Promise<string> {
  if (given !== undefined) return checked(given, 'WEIR_SECRET');
  const path = join(folder, 'secret');
  const kept = (await readKept(path)) ?? (await make(path));
  return checked(kept, path);
}

function checked(secret: string, where: string): string {
  if (secret.length >= leastLength) return secret;
  throw new StartupError(
    `${where} holds fewer than ${leastLength} characters: put a long random text there (openssl rand -base64 32).`,
  );
}

async function readKept(path: string): Promise<string | null> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    await chmod(path, 0o600);
    return text;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function make(path: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    // Linking fails where somebody was faster, and never shows a file that is half written.
    await link(draft, path);
    return secret;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return (await readKept(path)) ?? '';
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
