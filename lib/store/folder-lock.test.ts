import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const lockPath = () => join(folder, 'weir.lock');

function writeLock(holder: { pid: number; birth: string | null }): Promise<void> {
  return writeFile(lockPath(), JSON.stringify({ since: '2026-01-01T00:00:00Z', token: 'theirs', ...holder }));
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('[S19] the lock on the data folder', () => {
  it('[F89] tells the second process who holds it and what to do', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(
      new RegExp(`in use by process ${process.pid} since 20.*: stop that one, or set WEIR_DATA`),
    );
    await lock.release();
    await (await lockFolder(folder)).release();
    expect(existsSync(lockPath())).toBe(false);
  });

  it.runIf(existsSync('/proc/self/stat'))('[F89] needs a folder that can be made', async () => {
    await expect(lockFolder('/proc/nope/data')).rejects.toThrow('ENOENT');
    await expect(lockFolder('/proc/self/stat/data')).rejects.toThrow('EEXIST');
  });

  it('of a dead process is taken over', async () => {
    await writeLock({ pid: await deadPid(), birth: 'boot 1' });
    const lock = await lockFolder(folder);
    expect(JSON.parse(await readFile(lockPath(), 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it.runIf(existsSync('/proc/self/stat'))(
    'of a dead process whose pid lives again is taken over',
    async () => {
      await writeLock({ pid: process.pid, birth: 'another boot 1' });
      await (await lockFolder(folder)).release();
    },
  );

  it('of a living process without a known birth is respected', async () => {
    await writeLock({ pid: process.pid, birth: null });
    await expect(lockFolder(folder)).rejects.toThrow('in use');
  });

  it('that was never written to its end is taken over once it is old', async () => {
    await writeFile(lockPath(), '{"pi');
    const old = new Date(Date.now() - 60_000);
    await utimes(lockPath(), old, old);
    await (await lockFolder(folder)).release();
  });

  it('goes to one of many that want to take it over', async () => {
    await writeLock({ pid: await deadPid(), birth: 'boot 1' });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]?.value.release();
  });

  it('is not removed by somebody who lost it', async () => {
    const lock = await lockFolder(folder);
    await writeLock({ pid: process.pid, birth: null });
    await lock.release();
    expect(existsSync(lockPath())).toBe(true);
  });
});
