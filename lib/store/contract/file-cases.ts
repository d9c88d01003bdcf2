import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentOf, type StoredFile } from '../file-store.ts';
import type { BatchBench } from './batch-bench.ts';
import { refused } from './bench.ts';

const facts = { total: 2, columns: ['a'], units: { a: 7 }, firstItems: [{ a: 'one' }] };

export function describeFiles(bench: BatchBench): void {
  describe('files', () => {
    it('[S36] are seen when they are whole, byte for byte, by their owner alone', async () => {
      const { files } = bench;
      const [anna, bert] = [await bench.newUser(), await bench.newUser()];
      const id = randomUUID();
      const file = { id, name: 'my.csv', purpose: 'batch', format: 'csv' } satisfies Partial<StoredFile>;
      await files.begin(anna, file);
      await files.append(anna, id, 0, Uint8Array.from([0, 255, 10]));
      await files.append(anna, id, 1, Uint8Array.from([13, 128]));
      await refused(files.append(bert, id, 2, Uint8Array.from([1])), 'not_found');
      expect(await files.file(anna, id)).toBeNull();
      const whole = await files.complete(anna, id, facts);
      expect(whole).toEqual({ ...file, bytes: 5, createdAt: bench.time, facts });
      await refused(files.append(anna, id, 2, Uint8Array.from([1])), 'not_found');
      expect(await files.file(anna, id)).toEqual(whole);
      expect(await files.file(anna, 'no-uuid')).toBeNull();
      const bytes: number[] = [];
      for await (const chunk of contentOf(files, anna, whole)) bytes.push(...chunk);
      expect(bytes).toEqual([0, 255, 10, 13, 128]);
      expect(await files.file(bert, id)).toBeNull();
      expect(await files.chunk(bert, id, 0)).toBeNull();
      expect([await files.used(anna), await files.used(bert)]).toEqual([5, 0]);
      expect(await files.remove(bert, id)).toBe(false);
      expect(await files.remove(anna, id)).toBe(true);
      expect(await files.remove(anna, id)).toBe(false);
    });

    it('[S36] that are removed while they are read do not just end', async () => {
      const { files } = bench;
      const user = await bench.newUser();
      const id = randomUUID();
      await files.begin(user, { id, name: 'f', purpose: 'batch', format: 'lines' });
      for (const seq of [0, 1]) await files.append(user, id, seq, Buffer.from('text\n'));
      const content = contentOf(files, user, await files.complete(user, id, facts));
      expect((await content.next()).value).toHaveLength(5);
      await files.remove(user, id);
      await refused(content.next(), 'not_found');
    });

    it('of the API are listed newest first', async () => {
      const { files } = bench;
      const user = await bench.newUser();
      const ids = Array.from({ length: 3 }, () => randomUUID());
      for (const [at, id] of ids.entries()) {
        bench.time += 1_000;
        const purpose = at === 1 ? 'upload' : 'batch';
        await files.begin(user, { id, name: 'f', purpose, format: 'jsonl' });
        await files.complete(user, id, facts);
      }
      const list = async (page: { before?: string; limit: number }) =>
        (await files.files(user, page)).map(({ id }) => id);
      expect(await list({ limit: 5 })).toEqual([ids[2], ids[0]]);
      expect(await list({ limit: 5, before: ids[2] ?? '' })).toEqual([ids[0]]);
    });
  });
}
