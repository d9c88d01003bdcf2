import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Weir } from './weir.ts';

/**
 * The texts of running answers, by generation, as far as they are in the database of a server that runs: what a crash would
 * leave of them. From outside nothing else shows it, and on a busy machine it may be late.
 */
export async function keptTexts(weir: Weir): Promise<ReadonlyMap<string, string>> {
  // A socket for its owner alone, in the protocol of Postgres.
  const host = await readFile(join(weir.dataFolder, 'weir.socket'), 'utf8');
  const client = new Client({ host, port: 5432, user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; text: string }>(
      `SELECT "generationId" AS id, string_agg(text, '' ORDER BY at) AS text FROM "Piece"
        WHERE channel = 'text' GROUP BY "generationId"`,
    );
    return new Map(rows.map(({ id, text }) => [id, text]));
  } finally {
    await client.end();
  }
}
