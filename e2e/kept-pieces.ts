import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Weir } from './weir.ts';

/** The texts of running answers as far as they are in the database of a server that runs: what a crash would leave of them. */
export async function keptPieces(weir: Weir): Promise<string[]> {
  // A socket for its owner alone, in the protocol of Postgres.
  const host = await readFile(join(weir.dataFolder, 'weir.socket'), 'utf8');
  const client = new Client({ host, port: 5432, user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query<{ text: string }>(
      `SELECT string_agg(text, '' ORDER BY at) AS text FROM "Piece" WHERE channel = 'text' GROUP BY "generationId"`,
    );
    return rows.map(({ text }) => text);
  } finally {
    await client.end();
  }
}
