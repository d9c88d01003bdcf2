/**
 * `node --import disk.ts`: a disk that a test fills, for threads other than the main one, which are those of the embedded
 * database. What the file WEIR_TEST_DISK says happens from then on. `full`: no file grows, as on a disk without room.
 * `read-only`: nothing is written, as after a fault of the disk.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const control = process.env.WEIR_TEST_DISK;
if (control !== undefined && !isMainThread) {
  const { readFileSync, fstatSync, writeSync } = fs;

  const state = () => {
    try {
      return readFileSync(control, 'utf8');
    } catch {
      return 'fine';
    }
  };
  const fault = (code: 'ENOSPC' | 'EROFS', text: string) =>
    Object.assign(new Error(`${code}: ${text}, write`), { code, syscall: 'write' });

  const guarded = (fd: number, data: Uint8Array, offset: number, length: number, position: number | null) => {
    const now = state();
    if (now === 'read-only') throw fault('EROFS', 'read-only file system');
    const grows = position === null || position + length > fstatSync(fd).size;
    if (now === 'full' && grows) throw fault('ENOSPC', 'no space left on device');
    return writeSync(fd, data, offset, length, position);
  };
  Object.assign(fs, { writeSync: guarded });
  syncBuiltinESMExports();
}
