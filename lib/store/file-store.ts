import type { BatchFormat } from '#lib/wire/batch.ts';
import { Refusal } from '#lib/wire/error-code.ts';

/** Bytes of a chunk: what a statement carries, and what of a file is in memory at once. */
export const CHUNK_BYTES = 256 * 1024;

/** What was learned of a file while it was read. */
export interface FileFacts {
  total: number;
  /** Names of the variables of its items. */
  columns: string[];
  /** UTF-16 units in each column, over all items: with them a template is measured without reading the file again. */
  units: Record<string, number>;
  /** Variables of the first three items. */
  firstItems: Record<string, string>[];
  /** Of requests: the first models that they name, each with the number of the first item that does, from 1. */
  models?: { name: string; item: number }[];
}

export interface StoredFile {
  id: string;
  name: string;
  /** An `upload` of the page goes with its batch; the others are files of the HTTP API. */
  purpose: 'upload' | 'batch' | 'batch_output';
  format: BatchFormat;
  bytes: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  facts: FileFacts;
}

/**
 * Files of people, in the database: a batch finds its file again whichever process goes on with it, and one backup holds both.
 * The owner is part of every query: a foreign file is an unknown one. Statements carry a chunk at a time.
 * When the database cannot be reached within a bounded wait they throw a Refusal `storage_unavailable`.
 */
export interface FileStore {
  /** Begins a file that nobody sees until it is `complete`. */
  begin(userId: string, file: Pick<StoredFile, 'id' | 'name' | 'purpose' | 'format'>): Promise<void>;
  /** @param seq from 0, without holes */
  append(userId: string, fileId: string, seq: number, bytes: Uint8Array): Promise<void>;
  complete(userId: string, fileId: string, facts: FileFacts): Promise<StoredFile>;
  file(userId: string, fileId: string): Promise<StoredFile | null>;
  /** Those of the HTTP API, newest first; `before` is the last of the page before. */
  files(userId: string, page: { before?: string; limit: number }): Promise<StoredFile[]>;
  /** Null after the last one. */
  chunk(userId: string, fileId: string, seq: number): Promise<Uint8Array | null>;
  /** Bytes of all files of a person, also of those that are not complete. */
  used(userId: string): Promise<number>;
  /** Also one that is not complete. False when there is none. */
  remove(userId: string, fileId: string): Promise<boolean>;
}

/**
 * The content of a file, a chunk at a time.
 * @throws Refusal `not_found` when the file is removed meanwhile: its end is where its bytes are, not where its chunks are
 */
export async function* contentOf(
  files: Pick<FileStore, 'chunk'>,
  userId: string,
  { id, bytes }: Pick<StoredFile, 'id' | 'bytes'>,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for (let seq = 0; left > 0; seq += 1) {
    const chunk = await files.chunk(userId, id, seq);
    if (chunk === null) throw new Refusal('not_found', 'There is no such file any more.');
    left -= chunk.byteLength;
    yield chunk;
  }
}
