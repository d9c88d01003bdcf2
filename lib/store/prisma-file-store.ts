import { Refusal } from '#lib/wire/error-code.ts';
import type { FileFacts, FileStore, StoredFile } from './file-store.ts';
import type { PrismaClient } from './prisma.ts';
import type { BatchFile } from './prisma-client/client.ts';
import { guarded } from './prisma-faults.ts';
import { storable } from './stored-text.ts';

/** Postgres, embedded or a server. */
export function prismaFileStore(
  prisma: PrismaClient,
  { now = Date.now }: { now?: () => number } = {},
): FileStore {
  return {
    begin: (userId, file) =>
      guarded(async () => {
        const name = storable(file.name);
        await prisma.batchFile.create({ data: { ...file, name, userId, createdAt: new Date(now()) } });
      }),
    append: (userId, fileId, seq, bytes) => guarded(() => append(prisma, userId, fileId, seq, bytes)),
    complete: (userId, fileId, facts) =>
      guarded(async () => {
        const data = { isWhole: true, facts: JSON.stringify(facts) };
        return stored(await prisma.batchFile.update({ where: { id: fileId, userId }, data }));
      }),
    file: (userId, fileId) =>
      orNull(async () => {
        const file = await prisma.batchFile.findFirst({ where: { id: fileId, userId, isWhole: true } });
        return file === null ? null : stored(file);
      }),
    files: (userId, { before, limit }) => guarded(() => list(prisma, userId, before, limit)),
    chunk: (userId, fileId, seq) =>
      orNull(async () => {
        const where = { fileId, seq, file: { userId } };
        return (await prisma.batchChunk.findFirst({ where, select: { bytes: true } }))?.bytes ?? null;
      }),
    used: (userId) =>
      guarded(async () => {
        const { _sum } = await prisma.batchFile.aggregate({ where: { userId }, _sum: { bytes: true } });
        return Number(_sum.bytes ?? 0);
      }),
    remove: async (userId, fileId) =>
      (await orNull(async () => {
        const { count } = await prisma.batchFile.deleteMany({ where: { id: fileId, userId } });
        return count > 0 || null;
      })) ?? false,
  };
}

/** The size moves with the content, in one statement. */
async function append(
  prisma: PrismaClient,
  userId: string,
  fileId: string,
  seq: number,
  bytes: Uint8Array,
): Promise<void> {
  const grown = await prisma.$executeRaw`
    WITH file AS (
      UPDATE "BatchFile" SET bytes = bytes + ${bytes.byteLength}
      WHERE id = ${fileId}::uuid AND "userId" = ${userId} AND NOT "isWhole" RETURNING id
    )
    INSERT INTO "BatchChunk" ("fileId", seq, bytes) SELECT id, ${seq}, ${new Uint8Array(bytes)} FROM file`;
  if (grown === 0) throw new Refusal('not_found', 'There is no such file.');
}

async function list(prisma: PrismaClient, userId: string, before: string | undefined, limit: number) {
  const files = await prisma.batchFile.findMany({
    where: { userId, isWhole: true, purpose: { in: ['batch', 'batch_output'] } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
    ...(before === undefined ? {} : { cursor: { id: before }, skip: 1 }),
  });
  return files.map(stored);
}

function stored({ id, name, purpose, format, bytes, createdAt, facts }: BatchFile): StoredFile {
  return {
    id,
    name,
    purpose: purpose as StoredFile['purpose'],
    format: format as StoredFile['format'],
    bytes: Number(bytes),
    createdAt: createdAt.getTime(),
    facts: JSON.parse(facts) as FileFacts,
  };
}

async function orNull<T>(work: () => Promise<T | null>): Promise<T | null> {
  try {
    return await guarded(work);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return null;
    throw error;
  }
}
