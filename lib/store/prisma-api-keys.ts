import { v7 as newId } from 'uuid';
import { digestOf, lastFourOf, newKey, tooManyKeys } from '#lib/auth/api-key.ts';
import { type ApiKeys, mostKeys, useNotedEveryMs } from '#lib/auth/api-keys.ts';
import type { ApiKey } from '#lib/wire/api-key.ts';
import type { PrismaClient } from './prisma.ts';
import type { ApiKey as Row } from './prisma-client/client.ts';
import { guarded } from './prisma-faults.ts';
import { storable } from './stored-text.ts';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** API keys in the database. @param now milliseconds since 1970 */
export function prismaApiKeys(
  prisma: PrismaClient,
  { now = Date.now }: { now?: () => number } = {},
): ApiKeys {
  const { apiKey } = prisma;
  return {
    async owner(key) {
      const hash = digestOf(key);
      if (hash === null) return null;
      const row = await guarded(() => apiKey.findFirst({ where: { hash, revokedAt: null } }));
      if (row === null) return null;
      if (isStale(row, now())) await guarded(() => noteUse(prisma, row.id, now()));
      return { userId: row.userId, keyId: row.id };
    },
    async create(userId, name) {
      if ((await guarded(() => apiKey.count({ where: { userId, revokedAt: null } }))) >= mostKeys) {
        throw tooManyKeys();
      }
      const key = newKey();
      const row = {
        id: newId(),
        userId,
        name: storable(name),
        hash: digestOf(key) ?? '',
        lastFour: lastFourOf(key),
        createdAt: new Date(now()),
      };
      return { key, info: infoOf(await guarded(() => apiKey.create({ data: row }))) };
    },
    async list(userId) {
      const where = { userId, revokedAt: null };
      const rows = await guarded(() =>
        apiKey.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
      );
      return rows.map(infoOf);
    },
    async revoke(userId, id) {
      if (!uuid.test(id)) return false;
      const known = await guarded(() => apiKey.count({ where: { id, userId } }));
      const where = { id, userId, revokedAt: null };
      await guarded(() => apiKey.updateMany({ where, data: { revokedAt: new Date(now()) } }));
      return known > 0;
    },
  };
}

function isStale({ lastUsedAt }: Row, now: number): boolean {
  return lastUsedAt === null || now - lastUsedAt.getTime() >= useNotedEveryMs;
}

function noteUse(prisma: PrismaClient, id: string, now: number) {
  return prisma.apiKey.updateMany({ where: { id }, data: { lastUsedAt: new Date(now) } });
}

function infoOf({ id, name, lastFour, createdAt, lastUsedAt }: Row): ApiKey {
  return { id, name, lastFour, createdAt: createdAt.getTime(), lastUsedAt: lastUsedAt?.getTime() ?? null };
}
