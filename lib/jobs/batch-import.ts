import type { BatchLease, BatchStore, NewItem, StoredBatch } from '#lib/store/batch-store.ts';
import { contentOf, type FileStore } from '#lib/store/file-store.ts';
import type { BatchProblems } from '#lib/wire/batch.ts';
import { readItems } from './batch-read.ts';
import { survey } from './batch-upload.ts';

export interface BatchImportPorts {
  store: Pick<BatchStore, 'addItems' | 'open' | 'fail'>;
  files: Pick<FileStore, 'file' | 'chunk'>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Called after every block of items. */
  moved: (count: number) => void;
  /** True from when on it is to break off. */
  isLeft: () => boolean;
}

/** Whoever began it so often and has not come through will not. */
const MOST_BEGINNINGS = 10;

const BLOCK_ITEMS = 500;
const BLOCK_UNITS = 256 * 1024;

/**
 * Turns the file of a batch into its items. One that is interrupted begins anew, and what is there already stays.
 * @returns the batch as it is then; null when the lease was lost
 */
export async function importItems(
  lease: BatchLease,
  batch: StoredBatch,
  ports: BatchImportPorts,
): Promise<StoredBatch | null> {
  const { store, files, now } = ports;
  const { userId, fileId, format } = batch;
  const file = fileId === null ? null : await files.file(userId, fileId);
  if (lease.epoch > MOST_BEGINNINGS)
    return store.fail(lease, now(), 'The file of this batch could not be read. Start it again in parts.', []);
  if (file === null) return store.fail(lease, now(), 'The file of this batch is gone. Upload it again.', []);
  const content = () => readItems(format, contentOf(files, userId, file));
  // A file of the page was read when it came; one of the API may be anything.
  const found = batch.api === null ? null : await survey(content(), format);
  if (found !== null && found.problems.count > 0) return refuse(lease, found.problems, ports);
  let block: NewItem[] = [];
  let units = 0;
  const flush = async () => {
    const isHeld = await store.addItems(lease, block);
    ports.moved(block.length);
    block = [];
    units = 0;
    return isHeld;
  };
  for await (const read of content()) {
    if (ports.isLeft()) return null;
    if (read.kind !== 'item') continue;
    block.push(read.item);
    units += JSON.stringify(read.item.input).length;
    if ((block.length >= BLOCK_ITEMS || units >= BLOCK_UNITS) && !(await flush())) return null;
  }
  if (block.length > 0 && !(await flush())) return null;
  return store.open(lease, now());
}

function refuse(lease: BatchLease, { problems, count }: BatchProblems, ports: BatchImportPorts) {
  const lines = count === 1 ? 'One line of the file is' : `${count} lines of the file are`;
  return ports.store.fail(lease, ports.now(), `${lines} not right: nothing was started.`, problems);
}
