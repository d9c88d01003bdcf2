import { Refusal } from '#lib/wire/error-code.ts';
import type { ChatStore } from './chat-store.ts';
import type { PrismaClient } from './prisma.ts';
import { adopt, beat, disown, unfinished } from './prisma-adoption.ts';
import { begin, recognise } from './prisma-begin.ts';
import { toolMethods } from './prisma-calls.ts';
import {
  chats,
  entitle,
  markRead,
  page,
  purge,
  remove,
  rename,
  restore,
  revision,
  select,
} from './prisma-chats.ts';
import { checkpoint } from './prisma-checkpoint.ts';
import { compare, keep } from './prisma-compare.ts';
import { end } from './prisma-ending.ts';
import { guarded } from './prisma-faults.ts';
import { changeFollowUp, chatsToRelease, releaseFollowUp } from './prisma-follow-ups.ts';
import { turns } from './prisma-path.ts';
import type { Asking } from './prisma-queue.ts';
import type { Db } from './prisma-rows.ts';

/** Postgres, embedded or a server. */
export function prismaChatStore(
  prisma: PrismaClient,
  { now = Date.now }: { now?: () => number } = {},
): ChatStore {
  const date = () => new Date(now());
  const alone = <T>(work: (db: Db) => Promise<T>) => guarded(() => work(prisma));
  const together = <T>(work: (db: Db) => Promise<T>) => guarded(() => prisma.$transaction(work));
  const asOne = <T>(work: (db: Db) => Promise<T>) =>
    guarded(() => prisma.$transaction(work, { isolationLevel: 'RepeatableRead' }));
  const asking = (db: Db, userId: string, owner: string): Asking => ({ db, userId, owner, now: date() });

  return {
    chats: (userId) => alone((db) => chats(db, userId)),
    page: (userId, chatId, before) => orNull(asOne((db) => page(db, userId, chatId, before))),
    revision: (userId, chatId) => orNull(alone((db) => revision(db, userId, chatId))),
    begin: (userId, request, owner) => together((db) => begin(asking(db, userId, owner), request)),
    known: (userId, request) => alone((db) => recognise({ db, userId }, request)),
    history: (chatId, messageId) => alone((db) => turns(db, chatId, messageId)),
    checkpoint: (owner, entries) => alone((db) => checkpoint(db, owner, entries)),
    end: (owner, ended) => alone((db) => end(db, owner, ended)),
    releaseFollowUp: (userId, chatId, owner, messageId) =>
      together((db) => releaseFollowUp(asking(db, userId, owner), chatId, messageId)),
    editFollowUp: (userId, chatId, messageId, text) =>
      together((db) => changeFollowUp(db, userId, chatId, messageId, text)),
    withdrawFollowUp: (userId, chatId, messageId) =>
      together((db) => changeFollowUp(db, userId, chatId, messageId, null)),
    select: (userId, chatId, messageId) => together((db) => select(db, userId, chatId, messageId)),
    keep: (userId, chatId, messageId) => together((db) => keep(db, userId, chatId, messageId)),
    compare: (userId, chatId, messageId) => together((db) => compare(db, userId, chatId, messageId)),
    rename: (userId, chatId, title) => alone((db) => rename(db, userId, chatId, title)),
    entitle: (chatId, title) => alone((db) => entitle(db, chatId, title)),
    markRead: (userId, chatId) => alone((db) => markRead(db, userId, chatId, date())),
    remove: (userId, chatId) => alone((db) => remove(db, userId, chatId, date())),
    restore: (userId, chatId) => alone((db) => restore(db, userId, chatId)),
    purge: (olderThanMs) => alone((db) => purge(db, new Date(now() - olderThanMs))),
    ...toolMethods(alone),
    beat: (owner) => alone((db) => beat(db, owner)),
    leave: (owner) => alone(async (db) => void (await db.process.deleteMany({ where: { owner } }))),
    adopt: (owner, options) => together((db) => adopt(db, owner, options)),
    unfinished: (owner, olderThanMs) => alone((db) => unfinished(db, owner, new Date(now() - olderThanMs))),
    disown: (owner, ids) => alone((db) => disown(db, owner, ids)),
    chatsToRelease: () => alone(chatsToRelease),
    ping: () => alone(async (db) => void (await db.$queryRaw`SELECT 1`)),
  };
}

/** For the methods that answer an unknown id with null. */
async function orNull<T>(work: Promise<T | null>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return null;
    throw error;
  }
}
