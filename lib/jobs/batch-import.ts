import type { BatchLease, BatchStore, NewItem, StoredBatch } from '#lib/store/batch-store.ts';
import { contentOf, type FileStore } from '#lib/store/file-store.ts';
import type { BatchProblems } from '#lib/wire/batch.ts';
import { readItems } from './batch-read.ts';
import { survey } from './batch-upload.ts';
import { isAway } from './batch-writer.ts';

export interface BatchImportPorts {
  store: Pick<BatchStore, 'addItems' | 'open' | 'fail'>;
  files: Pick<FileStore, 'file' | 'chunk'>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Called after every block of items. */
  moved: (count: number) => void;
  /** True from when on it is to break off. */
  isLeft: () => boolean;
  /** How many processes died while they worked on this batch. */
  deaths: number;
  /** How often in a row it broke in this process, by the id of the batch. */
  breaks: Map<string, number>;
}

/** A file at which so many processes died will kill the next one, too. */
const MOST_DEATHS = 5;
/** It is begun again every few seconds. */
const MOST_BREAKS = 20;
const UNREADABLE = 'The file of this batch could not be read. Start it again in parts.';

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
  const { store, now, deaths, breaks } = ports;
  const broken = breaks.get(batch.id) ?? 0;
  try {
    // Only what the file may have done counts: not that it was let go of in order, nor that the database was away.
    const isHopeless = deaths >= MOST_DEATHS || broken >= MOST_BREAKS;
    const read = isHopeless
      ? await store.fail(lease, now(), UNREADABLE, [])
      : await readIn(lease, batch, ports);
    breaks.delete(batch.id);
    return read;
  } catch (err) {
    if (!isAway(err)) breaks.set(batch.id, broken + 1);
    throw err;
  }
}

async function readIn(
  lease: BatchLease,
  batch: StoredBatch,
  ports: BatchImportPorts,
): Promise<StoredBatch | null> {
  const { store, files, now } = ports;
  const { userId, fileId, format } = batch;
  const file = fileId === null ? null : await files.file(userId, fileId);
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
