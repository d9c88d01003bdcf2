/** What is needed of a connection. */
interface Session {
  query(sql: string): Promise<{ rowCount: number | null }>;
}

/** Null when vectors can be kept, else why not, for whoever runs the server. */
export type VectorFault = string | null;

/**
 * Makes the place of vectors where the database knows pgvector. No migration: on a server without it that would fail, and
 * one that gets it later would never have the table. To be called with the lock of the migrations.
 */
export async function prepareVectors(client: Session): Promise<VectorFault> {
  const { rowCount } = await client.query(`SELECT FROM pg_available_extensions WHERE name = 'vector'`);
  if (rowCount === 0) return 'the database server has no pgvector';
  try {
    await client.query('BEGIN');
    await client.query(tables);
    await client.query('COMMIT');
    return null;
  } catch (error) {
    await client.query('ROLLBACK');
    return error instanceof Error ? error.message : String(error);
  }
}

const tables = `
  CREATE EXTENSION IF NOT EXISTS vector;
  CREATE TABLE IF NOT EXISTS "MessageVector" (
    "messageId" UUID NOT NULL REFERENCES "Message" ("id") ON DELETE CASCADE,
    -- Where the piece begins in the text, in UTF-16 units.
    "at" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "dimensions" INTEGER NOT NULL,
    -- Null for a piece that the model refuses.
    "vector" vector,
    PRIMARY KEY ("messageId", "at")
  )`;
