import { expect, it } from 'vitest';
import { prepareVectors } from './prisma-vectors.ts';

it('[S44] the place of vectors is made once, and a fault in it is told, not thrown', async () => {
  const asked: string[] = [];
  const client = (fails: boolean) => ({
    query: async (sql: string) => {
      asked.push(sql.trim().split(/\s/)[0] ?? '');
      if (fails && sql.includes('CREATE')) throw new Error('permission denied to create extension "vector"');
      return { rowCount: 1 };
    },
  });
  expect(await prepareVectors(client(false))).toBeNull();
  expect(await prepareVectors(client(true))).toBe('permission denied to create extension "vector"');
  expect(asked).toEqual(['SELECT', 'BEGIN', 'CREATE', 'COMMIT', 'SELECT', 'BEGIN', 'CREATE', 'ROLLBACK']);
});
