import { Client } from 'pg';
import { openEmbeddedDatabase } from './embedded-database.ts';

// A process to be killed: it inserts rows for ever and tells its parent how many were committed for sure.

const { address } = await openEmbeddedDatabase({ folder: process.argv[2] ?? '' });
const client = new Client(address);
await client.connect();
await client.query('CREATE TABLE victim (n int)');
for (let n = 1; ; n += 1) {
  await client.query('INSERT INTO victim VALUES ($1)', [n]);
  if (n === 50) process.send?.(n);
}
