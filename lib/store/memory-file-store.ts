import { Refusal } from '#lib/wire/error-code.ts';
import type { FileStore, StoredFile } from './file-store.ts';
import { storable } from './stored-text.ts';

interface Kept extends StoredFile {
  userId: string;
  isWhole: boolean;
  chunks: Uint8Array[];
}

export interface MemoryFileStore extends FileStore {
  /** For the batches of the same memory: a file goes with its batch, or when it is old. */
  drop(where: (file: Readonly<StoredFile & { userId: string; isWhole: boolean }>) => boolean): number;
}

/** Everything in this process, gone with it: for tests. */
export function memoryFileStore({ now = Date.now }: { now?: () => number } = {}): MemoryFileStore {
  const files = new Map<string, Kept>();
  const own = (userId: string, id: string) => {
    const file = files.get(id);
    return file?.userId === userId ? file : undefined;
  };
  const whole = (userId: string, id: string) => {
    const file = own(userId, id);
    return file?.isWhole === true ? file : undefined;
  };
  const open = (userId: string, id: string) => {
    const file = own(userId, id);
    if (file === undefined || file.isWhole) throw new Refusal('not_found', 'There is no such file.');
    return file;
  };
  return {
    async begin(userId, file) {
      if (files.has(file.id)) throw new Refusal('conflict', 'These ids are in use.');
      const facts = { total: 0, columns: [], units: {}, firstItems: [] };
      const given = { ...file, name: storable(file.name) };
      files.set(file.id, { ...given, userId, bytes: 0, createdAt: now(), facts, isWhole: false, chunks: [] });
    },
    async append(userId, fileId, seq, bytes) {
      const file = open(userId, fileId);
      file.chunks[seq] = Uint8Array.from(bytes);
      file.bytes += bytes.byteLength;
    },
    async complete(userId, fileId, facts) {
      const file = open(userId, fileId);
      file.isWhole = true;
      file.facts = structuredClone(facts);
      return shown(file);
    },
    async file(userId, fileId) {
      const file = whole(userId, fileId);
      return file === undefined ? null : shown(file);
    },
    async files(userId, { before, limit }) {
      const mine = [...files.values()]
        .filter((file) => file.userId === userId && file.isWhole && file.purpose !== 'upload')
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
      const from = before === undefined ? 0 : mine.findIndex(({ id }) => id === before) + 1;
      return mine.slice(from, from + limit).map(shown);
    },
    async chunk(userId, fileId, seq) {
      return own(userId, fileId)?.chunks[seq] ?? null;
    },
    async used(userId) {
      return [...files.values()].reduce((sum, file) => sum + (file.userId === userId ? file.bytes : 0), 0);
    },
    async remove(userId, fileId) {
      return own(userId, fileId) !== undefined && files.delete(fileId);
    },
    drop(where) {
      const gone = [...files.values()].filter(where);
      for (const { id } of gone) files.delete(id);
      return gone.length;
    },
  };
}

function shown({ id, name, purpose, format, bytes, createdAt, facts }: Kept): StoredFile {
  return structuredClone({ id, name, purpose, format, bytes, createdAt, facts });
}
