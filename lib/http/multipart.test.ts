import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { storeFile } from '#lib/jobs/batch-upload.ts';
import { memoryFileStore } from '#lib/store/memory-file-store.ts';
import { readForm } from './multipart.ts';

const FORM = 'multipart/form-data; boundary=b';
const head = (name: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="f.jsonl"\r\n\r\nthe beginning`;

/** A body that comes as it is pushed. */
function sent(type = FORM) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const headers = { 'content-type': type };
  const streaming = { method: 'POST', headers, body: readable, duplex: 'half' };
  const request = new Request('http://h', streaming);
  const say = (text: string) => void writer.write(Buffer.from(text)).catch(() => undefined);
  return { request, say, end: () => writer.close(), leave: () => writer.abort(new Error('gone')) };
}

/** A form whose file goes to a store over memory, which takes its time to begin; `begun` resolves when it has a place there. */
function stored(request: Request) {
  const memory = memoryFileStore();
  const begun = Promise.withResolvers<void>();
  const files: typeof memory = {
    ...memory,
    async begin(userId, file) {
      await setTimeout(20);
      await memory.begin(userId, file);
      begun.resolve();
    },
  };
  const upload = { userId: 'anna', id: 'one', purpose: 'batch', format: 'jsonl' } as const;
  const read = readForm(request, 'file', (content, name) => storeFile({ ...upload, name, content }, files));
  return { begun: begun.promise, read, left: () => memory.drop(() => true) };
}

const refused = { name: 'Refusal', code: 'bad_message' };

describe('a form', () => {
  it.each(['file', 'other'])(
    '[H58] that ends within the part `%s` is refused and leaves nothing',
    async (name) => {
      const { request, say, end } = sent();
      const { read, left } = stored(request);
      say(head(name));
      await Promise.all([expect(read).rejects.toMatchObject(refused), end()]);
      expect(left()).toBe(0);
    },
  );

  it('[H58] whose client leaves within the file leaves nothing', async () => {
    const { request, say, leave } = sent();
    const { begun, read, left } = stored(request);
    say(head('file'));
    await begun;
    await Promise.all([expect(read).rejects.toMatchObject(refused), leave()]);
    expect(left()).toBe(0);
  });

  it('[H58] that names no boundary is refused', async () => {
    const { request } = sent('multipart/form-data; charset=utf-8');
    await expect(stored(request).read).rejects.toMatchObject(refused);
  });
});
