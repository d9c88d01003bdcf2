import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTestServer } from '#lib/store/test-database-fixture.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, script } from '../script.ts';
import type { Weir } from '../weir.ts';
import { BatchDoor } from './batch-door.ts';
import { openPostgresHouse, type PostgresHouse } from './postgres-house.ts';

const server = await findTestServer();
const LIMIT = 4;
const ITEMS = 120;

describe.skipIf(server === null)('two processes and a batch', () => {
  let house: PostgresHouse;
  beforeAll(async () => {
    house = await openPostgresHouse(server ?? '', { drainSeconds: 5 });
  });
  afterAll(() => house.close());

  const ownerOf = async (id: string) => {
    const { rows } = await house.sql.query('SELECT owner, epoch FROM "Batch" WHERE id = $1', [id]);
    return rows[0] as { owner: string; epoch: number };
  };

  it('[F91] [J25] one that stood still is replaced, and what it says afterwards is not heard', {
    timeout: 240_000,
  }, async () => {
    const { weir, upstream } = house;
    const client = await RawClient.guest(weir.url);
    const mark = newMark();
    const prompts = Array.from(
      { length: ITEMS },
      (_, at) => `${mark}-${at}. ${script('paced', { n: 5, f: 100, d: 100 })}`,
    );
    const stage = { name: 'answer', template: '{{item}}', model: client.model, limit: LIMIT };
    const id = await new BatchDoor(weir, client).start(prompts, [stage]);
    await new BatchDoor(weir, client).until(id, ({ counts }) => counts.done >= LIMIT);
    const first = await ownerOf(id);
    weir.signal('SIGSTOP');
    const other = await house.second();
    const door = new BatchDoor(other, client);
    // Nobody is asked before the first one is taken for dead.
    while ((await ownerOf(id)).owner === first.owner) await sleep(100);
    const done = (await door.one(id)).counts.done;
    await door.until(id, ({ counts }) => counts.done > done + LIMIT);
    weir.signal('SIGCONT');
    const over = await door.over(id);
    expect(over).toMatchObject({
      state: 'completed',
      counts: { done: ITEMS, failed: 0, waiting: 0, running: 0 },
    });
    expect((await ownerOf(id)).epoch).toBeGreaterThan(first.epoch);
    const calls = await upstream.calls(mark);
    // What the first one had claimed was asked twice, by it and by its heir: what runs and as much handed on.
    expect(calls.length).toBeLessThanOrEqual(ITEMS + 2 * LIMIT);
    const { rows } = await house.sql.query(
      `SELECT count(*)::int AS items, sum("tokensOut")::int AS given FROM "BatchItem" WHERE "batchId" = $1 AND state = 'done'`,
      [id],
    );
    expect(rows[0]).toMatchObject({ items: ITEMS, given: over.tokensOut });
  });

  it('[J88] [C92] the one that does not work on it says that it is elsewhere, and a page there sees it move', {
    timeout: 240_000,
  }, async () => {
    const { weir, upstream } = house;
    const client = await RawClient.guest(weir.url);
    const other = await house.second();
    const mark = newMark();
    const item = script('paced', { n: 5, k: 4, f: 5, d: 5, hold: mark });
    const prompts = Array.from({ length: 40 }, (_, at) => `${mark}-${at}. ${item}`);
    const here = new BatchDoor(weir, client);
    const there = new BatchDoor(other, client);
    const stage = { name: 'answer', template: '{{item}}', model: client.model, limit: 2 };
    const id = await here.start(prompts, [stage]);
    await upstream.release(mark, 2);
    await here.until(id, ({ counts }) => counts.done === 2);
    const [one, two] = [await here.one(id), await there.one(id)];
    // Either process may have taken it.
    const far = two.isElsewhere === true ? other : weir;
    expect([one.isElsewhere, two.isElsewhere].filter((each) => each === true)).toHaveLength(1);
    const page = await pageOf(far, client);
    try {
      await page.goto(`${far.url}/batches/${id}`);
      for (const done of [2, 12, 22]) {
        await page.getByText(`${done} of 40 items done`).first().waitFor();
        await upstream.release(mark, 10);
      }
      await upstream.release(mark);
      await page.getByText('40 of 40 items done').waitFor();
    } finally {
      await page.context().browser()?.close();
    }
  });
});

/** A browser with the cookie of that person. */
async function pageOf(weir: Weir, { cookie }: RawClient): Promise<Page> {
  const executablePath = process.env.WEIR_CHROMIUM;
  const browser = await chromium.launch({
    args: ['--no-sandbox'],
    ...(executablePath ? { executablePath } : {}),
  });
  const context = await browser.newContext();
  const cookies = cookie.split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: weir.url };
  });
  await context.addCookies(cookies);
  return context.newPage();
}
