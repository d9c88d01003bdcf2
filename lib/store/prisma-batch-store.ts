import { Refusal } from '#lib/wire/error-code.ts';
import type { BatchStore } from './batch-store.ts';
import type { PrismaClient } from './prisma.ts';
import { addItems, claim, items, record, rows } from './prisma-batch-items.ts';
import { abandoned, beat, conclude, fail, open, release, settle, take } from './prisma-batch-lease.ts';
import { readBatch } from './prisma-batch-rows.ts';
import { cancel, create, list, purgeSome, remove, retry, unfinished } from './prisma-batches.ts';
import { guarded } from './prisma-faults.ts';
import type { Db } from './prisma-rows.ts';

/** Postgres, embedded or a server. */
export function prismaBatchStore(
  prisma: PrismaClient,
  { now = Date.now }: { now?: () => number } = {},
): BatchStore {
  const date = () => new Date(now());
  const alone = <T>(work: (db: Db) => Promise<T>) => guarded(() => work(prisma));
  const together = <T>(work: (db: Db) => Promise<T>) => guarded(() => prisma.$transaction(work));
  return {
    create: (userId, batch) => alone((db) => create(db, userId, batch, date())),
    batch: (userId, id) => alone((db) => readBatch(db, userId, id)).catch(unknownAs(null)),
    batches: (userId, page) => alone((db) => list(db, userId, page)).catch(unknownAs([])),
    unfinished: (userId) => alone((db) => unfinished(db, userId)),
    rows: (userId, id, page) => alone((db) => rows(db, userId, id, page)).catch(unknownAs([])),
    items: (userId, id, page) => alone((db) => items(db, userId, id, page)).catch(unknownAs([])),
    cancel: (userId, id) => together((db) => cancel(db, userId, id, date())).catch(unknownAs(null)),
    retry: (userId, id, which = 'failed') =>
      together((db) => retry(db, userId, id, which)).catch(unknownAs(null)),
    remove: (userId, id) => together((db) => remove(db, userId, id)).catch(unknownAs(false)),
    purge: async ({ ended, files, uploads }) => {
      const before = { ended: new Date(ended), files: new Date(files), uploads: new Date(uploads) };
      for (let gone = 0; ; ) {
        const some = await alone((db) => purgeSome(db, before));
        if (some === 0) return gone;
        gone += some;
      }
    },
    abandoned: (owner, dead) => alone((db) => abandoned(db, owner, dead)),
    take: (id, owner, dead) => together((db) => take(db, id, owner, dead)),
    beat: (owner) => alone((db) => beat(db, owner)),
    release: (lease) => together((db) => release(db, lease)),
    addItems: (lease, added) => alone((db) => addItems(db, lease, added)),
    open: (lease, at) => alone((db) => open(db, lease, at)),
    fail: (lease, at, message, problems) => together((db) => fail(db, lease, at, { message, problems })),
    claim: (lease, wanted) => alone((db) => claim(db, lease, wanted)),
    record: (lease, changes) => alone((db) => record(db, lease, changes)),
    settle: (lease, at) => together((db) => settle(db, lease, at)),
    conclude: (lease, at, files) => together((db) => conclude(db, lease, at, files)),
  };
}

/** What is unknown is nothing, and no error. */
function unknownAs<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Refusal && error.code === 'not_found') return nothing;
    throw error;
  };
}
