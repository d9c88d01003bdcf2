import { randomUUID } from 'node:crypto';
import type { ApiKey } from '#lib/wire/api-key.ts';
import { digestOf, lastFourOf, newKey, tooManyKeys } from './api-key.ts';
import { type ApiKeys, mostKeys, useNotedEveryMs } from './api-keys.ts';

interface Row extends ApiKey {
  userId: string;
  digest: string;
  isRevoked: boolean;
}

/** API keys without a database: they die with the process. For tests. */
export function memoryApiKeys({ now = Date.now }: { now?: () => number } = {}): ApiKeys {
  const rows: Row[] = [];
  const of = (userId: string) => rows.filter((row) => row.userId === userId);
  const valid = (userId: string) => of(userId).filter(({ isRevoked }) => !isRevoked);
  return {
    async owner(key) {
      const digest = digestOf(key);
      const row = rows.find((one) => one.digest === digest && !one.isRevoked);
      if (row === undefined) return null;
      if (row.lastUsedAt === null || now() - row.lastUsedAt >= useNotedEveryMs) row.lastUsedAt = now();
      return { userId: row.userId, keyId: row.id };
    },
    async create(userId, name) {
      if (valid(userId).length >= mostKeys) throw tooManyKeys();
      const key = newKey();
      const info: ApiKey = {
        id: randomUUID(),
        name,
        lastFour: lastFourOf(key),
        createdAt: now(),
        lastUsedAt: null,
      };
      rows.unshift({ ...info, userId, digest: digestOf(key) ?? '', isRevoked: false });
      return { key, info };
    },
    list: async (userId) =>
      valid(userId).map(({ id, name, lastFour, createdAt, lastUsedAt }) => ({
        id,
        name,
        lastFour,
        createdAt,
        lastUsedAt,
      })),
    async revoke(userId, id) {
      const row = of(userId).find((one) => one.id === id);
      if (row !== undefined) row.isRevoked = true;
      return row !== undefined;
    },
  };
}
