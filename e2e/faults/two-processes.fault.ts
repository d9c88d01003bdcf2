import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTestServer } from '#lib/store/test-database-fixture.ts';
import { RawClient, type Sent } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { ended, inWords } from './endings.ts';
import { expectSound } from './invariants.ts';
import { openPostgresHouse, type PostgresHouse } from './postgres-house.ts';

const server = await findTestServer();

/** Two servers on one database, as in an update without a pause. What one left is taken over at a beat of the other. */
describe.skipIf(server === null)('two processes on one database', () => {
  let house: PostgresHouse;
  beforeEach(async () => {
    house = await openPostgresHouse(server ?? '', { maxUpstream: 2, drainSeconds: 1 });
  });
  afterEach(() => house.close());

  /** Starts an answer that says four of eight words and waits; of more than the server may call, the rest queue. */
  async function half(client: RawClient, mark: string): Promise<Sent> {
    const sent = await client.say(`${mark} ${paced({ n: 8, k: 4, hold: 'half', mark })}`, client.model);
    return sent;
  }

  const saidHalf = (client: RawClient, sent: Sent, mark: string) =>
    client.until(() => (client.textOf(sent) === words(4, mark) ? true : undefined), `half of ${mark}`);

  /** Waits until the text of `mark` is in the database; only there it outlives its process. */
  async function keptHalf(mark: string): Promise<void> {
    await expect
      .poll(async () =>
        (await house.sql.query(`SELECT text FROM "Piece"`)).rows.map(({ text }) => text).join(),
      )
      .toContain(`w3:${mark}`);
  }

  /** As if nobody had heard of any process for a minute. */
  async function age(): Promise<void> {
    await house.sql.query(`UPDATE "Process" SET "beatAt" = "beatAt" - interval '1 minute'`);
  }

  /** How many processes have been heard of since then. */
  async function beating(): Promise<number> {
    const { rows } = await house.sql.query(
      `SELECT count(*)::int AS n FROM "Process" WHERE "beatAt" > now() - interval '30 seconds'`,
    );
    return rows[0].n;
  }

  it('[F82] [S15] [G12] a start settles what the dead left, once, and touches nothing of the living', async () => {
    const { weir, upstream } = house;
    const living = await house.second();
    const [mine, theirs] = [await RawClient.guest(weir.url), await RawClient.guest(living.url)];
    const [begun, waiting, other, alive] = [newMark(), newMark(), newMark(), newMark()];
    const first = await half(mine, begun);
    const second = await half(mine, other);
    await Promise.all([saidHalf(mine, first, begun), saidHalf(mine, second, other)]);
    const third = await half(mine, waiting);
    await Promise.all([keptHalf(begun), keptHalf(other)]);
    await weir.kill9();
    await age();
    const fourth = await half(theirs, alive);
    await saidHalf(theirs, fourth, alive);
    // One beat of it, and it is seen to live.
    await expect.poll(beating).toBe(1);

    await Promise.all([weir.restart(), house.second()]);
    await upstream.release('half');
    expect(inWords(await ended(theirs, fourth))).toBe('done stop');
    expect(theirs.textOf(fourth)).toBe(words(8, alive));
    await mine.connect();
    for (const sent of [first, second, third]) mine.watch(sent.chatId);
    expect(inWords(await ended(mine, first))).toBe('interrupted server_stopped');
    expect(inWords(await ended(mine, second))).toBe('interrupted server_stopped');
    await expect.poll(() => unfinished(), { timeout: 30_000 }).toBe(0);
    for (const mark of [begun, waiting, other, alive]) expect(await upstream.calls(mark)).toHaveLength(1);
    await expectSound({ ...house, clients: [mine, theirs], marks: [begun, waiting, other, alive] });
  });

  it('[F83] [G13] [S15] an update one after the other: what began ends once, what waits goes to the other', async () => {
    const { weir, upstream } = house;
    const client = await RawClient.guest(weir.url);
    const marks = [newMark(), newMark(), newMark(), newMark()];
    const [one = '', two = ''] = marks;
    const sent: Sent[] = [];
    for (const mark of marks) sent.push(await half(client, mark));
    const [first, second] = sent as [Sent, Sent, Sent, Sent];
    await Promise.all([saidHalf(client, first, one), saidHalf(client, second, two)]);
    const next = await house.second();
    expect(await weir.sigterm()).toBe(0);
    // The new one has taken over at its next beat.
    await expect.poll(async () => (await upstream.calls(marks[3] ?? '')).length, { timeout: 40_000 }).toBe(1);
    await upstream.release('half');
    await weir.restart();
    await client.connect();
    for (const { chatId } of sent) client.watch(chatId);
    await expect.poll(() => unfinished(), { timeout: 30_000 }).toBe(0);
    for (const mark of marks) expect(await upstream.calls(mark), mark).toHaveLength(1);
    expect(next.isRunning).toBe(true);
    await expectSound({ ...house, clients: [client], marks });
  });

  it('[F83] [F86] [G3] one that stood still for too long ends nothing that the other has taken over', async () => {
    const { weir, upstream } = house;
    const mark = newMark();
    const client = await RawClient.guest(weir.url);
    const sent = await half(client, mark);
    await saidHalf(client, sent, mark);
    await keptHalf(mark);
    weir.signal('SIGSTOP');
    await age();
    await house.second();
    await expect.poll(() => unfinished(), { timeout: 30_000 }).toBe(0);
    await upstream.release('half');
    weir.signal('SIGCONT');
    // It tells those who look that the chat has changed without it.
    const isNews = ({ generation }: { generation: { id: string } }) => generation.id === sent.generationId;
    const last = await client.event(
      'state',
      (event) => isNews(event) && event.generation.state.name === 'done',
    );
    expect(last.revision).toBeNull();
    client.watch(sent.chatId);
    await client.until(
      () => (client.stateOf(sent.generationId) === 'interrupted' ? true : undefined),
      'the chat as it is stored',
    );
    expect(client.textOf(sent)).toBe(words(4, mark));
    await expectSound({ ...house, clients: [client], marks: [mark] });
  });

  async function unfinished(): Promise<number> {
    const { rows } = await house.sql.query(
      `SELECT count(*)::int AS n FROM "Generation" WHERE state IN ('queued', 'running')`,
    );
    return rows[0].n;
  }
});
