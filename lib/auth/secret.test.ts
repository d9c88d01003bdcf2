import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sessionSecret } from './secret.ts';

describe('sessionSecret', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-secret-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('[I14] is made once, long, readable by its owner alone, and the same ever after', async () => {
    const secret = await sessionSecret(undefined, folder);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600);
    expect(await sessionSecret(undefined, folder)).toBe(secret);
    expect(await readdir(folder)).toEqual(['secret']);
  });

  it('[I14] twenty at once agree on one', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => sessionSecret(undefined, folder)));
    expect(new Set(all).size).toBe(1);
    expect(await readdir(folder)).toEqual(['secret']);
  });

  it('[I14] the one from the settings wins and is written nowhere', async () => {
    const given = 'x'.repeat(32);
    expect(await sessionSecret(given, folder)).toBe(given);
    expect(await readdir(folder)).toEqual([]);
  });

  it('[I14] a short one is refused with what to do, a mode too open is closed', async () => {
    await expect(sessionSecret('short', folder)).rejects.toThrow(/WEIR_SECRET .* 32 characters.*openssl/);
    const secret = await sessionSecret(undefined, folder);
    await chmod(join(folder, 'secret'), 0o644);
    expect(await sessionSecret(undefined, folder)).toBe(secret);
    expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600);
    await writeFile(join(folder, 'secret'), '');
    await expect(sessionSecret(undefined, folder)).rejects.toThrow(/secret holds fewer than 32/);
  });
});
