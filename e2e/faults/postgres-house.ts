import { Client } from 'pg';
import { createTestDatabase } from '#lib/store/test-database-fixture.ts';
import { FaultProxy } from '../fault-proxy.ts';
import { Weir, type WeirOptions } from '../weir.ts';
import { type House, openHouse } from './house.ts';

/** A house whose chats are in a Postgres server, in a database of its own. */
export interface PostgresHouse extends House {
  /** On the way from the first server to the database. */
  readonly database: FaultProxy;
  /** A connection of the test's own, past the proxy. */
  readonly sql: Client;
  /** Another server on the same database, past the proxy. It ends with the house. */
  second(options?: Partial<WeirOptions>): Promise<Weir>;
}

/** @param server address of a Postgres server, see `findTestServer`; `parameters` of its address, such as `options` */
export async function openPostgresHouse(
  server: string,
  { parameters = {}, ...options }: Partial<WeirOptions> & { parameters?: Record<string, string> } = {},
): Promise<PostgresHouse> {
  const own = await createTestDatabase(server);
  const sql = new Client({ connectionString: own.url });
  // Some tests end every connection there is but the one that does it.
  sql.on('error', () => undefined);
  await sql.connect();
  const database = await FaultProxy.start(Number(new URL(own.url).port || 5432));
  const url = new URL(own.url);
  url.host = `127.0.0.1:${database.port}`;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const secret = { WEIR_SECRET: 'of-two-servers-that-share-their-guests' };
  const house = await openHouse({ ...options, env: { ...secret, ...options.env, DATABASE_URL: url.href } });
  const others: Weir[] = [];
  const second = async (more: Partial<WeirOptions> = {}) => {
    const weir = await Weir.start({
      upstreamUrl: house.upstream.baseUrl,
      maxUpstream: 8,
      maxWaitingPerUser: 1_000,
      titles: false,
      drainSeconds: 20,
      origins: [],
      ...more,
      env: { ...secret, ...more.env, DATABASE_URL: own.url },
    });
    others.push(weir);
    return weir;
  };
  const close = async () => {
    for (const weir of others) await weir.discard();
    await house.close();
    await database.stop();
    await sql.end();
    await own.drop();
  };
  return { ...house, database, sql, second, close };
}
