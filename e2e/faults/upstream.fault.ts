import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient, type Sent } from '../raw-client.ts';
import { newMark, script, usualAnswer } from '../script.ts';
import type { Call } from '../upstream.ts';
import { ended, inWords, storedText } from './endings.ts';
import type { House } from './house.ts';
import { openImpatientHouse } from './impatient-house.ts';
import { expectSound } from './invariants.ts';
import { rounds } from './long.ts';

let house: House;
beforeAll(async () => {
  house = await openImpatientHouse();
});
afterAll(() => house.close());

const guest = () => RawClient.guest(house.weir.url);
const fiveWords = 'w0 w1 w2 w3 w4';

/** A script, how its answer ends, and how many calls that takes. */
type Case = readonly [script: string, ending: string, calls?: number];

let lanes = 0;
/** A model, and so a lane of the gate, that hardly anybody else has used: what closes one is in nobody's way. */
function freshLane(client: RawClient): string {
  const welcome = client.events.findLast((event) => event.type === 'welcome');
  const models = welcome?.models.map(({ id }) => id).filter((id) => id !== client.model) ?? [];
  lanes += 1;
  return models[lanes % models.length] ?? client.model;
}

interface Asked {
  readonly mark: string;
  readonly sent: Sent;
  readonly expected: Case;
}

async function askAll(client: RawClient, cases: readonly Case[]): Promise<Asked[]> {
  const twice = cases.flatMap((one) => Array.from({ length: rounds(2, 20) }, () => one));
  return Promise.all(
    twice.map(async (expected) => {
      const mark = newMark();
      const sent = await client.say(`${mark} [[script:${expected[0]}]]`, freshLane(client));
      return { mark, sent, expected };
    }),
  );
}

const triedAgain: readonly Case[] = [
  ['status code=500 times=1 n=5 d=1', 'done stop', 2],
  ['status code=500', 'failed upstream_error', 4],
  ['status code=502', 'failed upstream_error', 4],
  ['status code=503', 'failed upstream_overloaded', 4],
  ['status code=504', 'failed upstream_error', 4],
  ['status code=502 html=1', 'failed upstream_error', 4],
  ['status code=502 endless=1', 'failed upstream_error', 4],
  ['error-in-stream k=0 code=500', 'failed upstream_error', 4],
  ['reset-before', 'failed upstream_reset', 4],
  ['hang', 'failed upstream_timeout', 4],
];

const failedAtOnce: readonly Case[] = [
  ['status code=400', 'failed upstream_rejected'],
  ['status code=401', 'failed upstream_auth'],
  ['status code=403', 'failed upstream_auth'],
  ['status code=404', 'failed model_not_found'],
  ['status code=413', 'failed context_too_long'],
  ['429 quota=1', 'failed upstream_quota'],
  ['429 shouldRetry=false', 'failed upstream_quota'],
  // Longer than anybody waits.
  ['429 retryAfter=86400', 'failed upstream_rate_limited'],
  ['429 retryAfter=ms:99999999', 'failed upstream_rate_limited'],
  ['status code=503 retryAfter=86400', 'failed upstream_overloaded'],
  ['redirect', 'failed upstream_rejected'],
  ['html', 'failed upstream_malformed'],
  ['empty f=1', 'failed empty_answer'],
];

const interrupted: readonly Case[] = [
  ['reset-after k=5 d=1', 'interrupted upstream_reset'],
  ['cut k=5 d=1', 'interrupted upstream_truncated'],
  ['cut k=5 d=1 abrupt=1', 'interrupted upstream_reset'],
  ['cut-json k=5 d=1', 'interrupted upstream_truncated'],
  ['terminator k=5 d=1 finish=null done=0', 'interrupted upstream_truncated'],
  ['terminator k=5 d=1 finish=absent done=0', 'interrupted upstream_truncated'],
  ['stall k=5 d=1', 'interrupted upstream_stalled'],
  ['pings k=5 d=1 every=20', 'interrupted upstream_stalled'],
  ['pings k=5 d=1 every=20 empty=1', 'interrupted upstream_stalled'],
  ['drip k=5 d=1 every=20', 'interrupted upstream_stalled'],
  ['malformed k=5 d=1', 'interrupted upstream_malformed'],
  ['error-in-stream k=5 d=1 code=429', 'interrupted upstream_rate_limited'],
  ['error-in-stream k=5 d=1 code=500 event=1', 'interrupted upstream_error'],
];

const done: readonly Case[] = [
  ['terminator k=5 d=1 finish=set done=1', 'done stop'],
  ['terminator k=5 d=1 finish=set done=0', 'done stop'],
  ['terminator k=5 d=1 finish=null done=1', 'done stop'],
  ['terminator k=5 d=1 finish=absent done=1', 'done stop'],
  ['after-done k=5 d=1', 'done stop'],
  ['length n=5 d=1', 'done length'],
  ['content-filter n=5 d=1', 'done content_filter'],
  ['tools d=1', 'done tool_calls'],
  ['odd k=5 d=1', 'done stop'],
  ['json n=5', 'done stop'],
  ['torture halves=1', 'done stop'],
  ['torture halves=1 seed=3', 'done stop'],
  ['torture halves=1 seed=8 d=1', 'done stop'],
];

describe('every script through the real server, two calls of each at a cap of two', () => {
  it.each([
    ['[F4] [F6] [F8] [F9]', 'what is worth it is tried again, four times in all', triedAgain],
    ['[F2] [F3] [F5] [F20] [F26] [F28]', 'what is not fails at once', failedAtOnce],
    ['[F10] [F11] [F12] [F13] [F14] [F15] [F17] [F18] [F24]', 'what breaks keeps its text', interrupted],
    ['[F12] [F19] [F20] [F23] [F25] [F26] [F27]', 'what is whole is done', done],
  ])('[F31] %s %s', async (_rows, _name, cases) => {
    const client = await guest();
    const all = await askAll(client, cases);
    for (const { sent, mark, expected } of all) {
      const [name, ending, calls = 1] = expected;
      expect([name, inWords(await ended(client, sent))]).toEqual([name, ending]);
      expect([name, (await house.upstream.calls(mark)).length]).toEqual([name, calls]);
      if (ending.startsWith('interrupted')) expect(client.textOf(sent)).toBe(fiveWords);
      if (ending.startsWith('failed')) expect(client.textOf(sent)).toBe('');
    }
    expect((await house.upstream.stats()).maxOpen).toBeLessThanOrEqual(2);
    const retries = all.reduce((sum, { expected }) => sum + (expected[2] ?? 1) - 1, 0);
    await expectSound({ ...house, clients: [client], marks: all.map(({ mark }) => mark), retries });
    for (const secret of ['SECRET-PAYLOAD', 'AFTER-DONE', 'nginx']) {
      expect(house.weir.logs() + client.frames.join()).not.toContain(secret);
    }
  });
});

it('[F1] [F2] [F31] Retry-After in every form is waited for, and told', async () => {
  const client = await guest();
  // As it is written, and how long that is at least; what says nothing is a second.
  const forms = [
    ...([
      ['1', 1_000],
      ['0.7', 700],
      ['ms:900', 900],
      ['date:3', 2_000],
    ] as const),
    ...([
      ['0', 1_000],
      ['-5', 1_000],
      ['abc', 1_000],
      ['date:-60', 1_000],
    ] as const),
  ];
  const all = await Promise.all(
    forms.map(async ([retryAfter, ms]) => {
      const mark = newMark();
      const prompt = `${mark} ${script('429', { times: 1, retryAfter, n: 5, d: 1 })}`;
      return { ms, retryAfter, mark, sent: await client.say(prompt, freshLane(client)) };
    }),
  );
  for (const { ms, retryAfter, mark, sent } of all) {
    expect([retryAfter, inWords(await ended(client, sent))]).toEqual([retryAfter, 'done stop']);
    expect(retryingOf(client, sent)).toMatchObject({ code: 'upstream_rate_limited', attempt: 1 });
    const calls = await house.upstream.calls(mark);
    expect([retryAfter, calls.length]).toEqual([retryAfter, 2]);
    expect(between(calls)).toBeGreaterThanOrEqual(ms - 2);
  }
  await expectSound({ ...house, clients: [client] });
});

function retryingOf({ events }: RawClient, { generationId }: Sent) {
  return events
    .flatMap((event) => (event.type === 'state' ? [event.generation] : []))
    .find(({ id, state }) => id === generationId && state.name === 'retrying')?.state;
}

/**
 * Milliseconds between the beginnings of two calls. The wait begins when the server reads the refusal, which is after the
 * first of them, but not always after the upstream has noticed that it is over.
 */
function between([first, second]: readonly Call[]): number {
  return (second?.startedAt ?? Number.NaN) - (first?.startedAt ?? Number.NaN);
}

it('[F4] Retry after the last failure makes exactly one new call', async () => {
  const client = await guest();
  const mark = newMark();
  const failing = await client.say(
    `${mark} ${script('status', { code: 500, times: 4, n: 5, d: 1 })}`,
    client.model,
  );
  expect(inWords(await ended(client, failing))).toBe('failed upstream_error');
  expect(await house.upstream.calls(mark)).toHaveLength(4);
  const again = { replyId: newId(), generationId: newId() };
  const { chatId, replyId: messageId } = failing;
  await client.ask({ type: 'regenerate', chatId, messageId, ...again, model: client.model });
  expect(inWords(await ended(client, { ...failing, ...again }))).toBe('done stop');
  expect(client.textOf({ ...failing, ...again })).toBe(fiveWords);
  expect(await house.upstream.calls(mark)).toHaveLength(5);
  expect(await storedText(client, { ...failing, ...again })).toBe(fiveWords);
  await expectSound({ ...house, clients: [client] });
});

it.each([
  ['[F10]', 'reset-after k=5 d=1', 'interrupted upstream_reset'],
  ['[F11]', 'cut k=5 d=1', 'interrupted upstream_truncated'],
  ['[F13]', 'stall k=5 d=1', 'interrupted upstream_stalled'],
  ['[F19]', 'length n=5 d=1', 'done length'],
])('%s after %s, Continue goes on behind the text that was kept', async (_row, name, ending) => {
  const client = await guest();
  const mark = newMark();
  const sent = await client.say(`${mark} [[script:${name}]]`, client.model);
  expect(inWords(await ended(client, sent))).toBe(ending);
  expect(await house.upstream.calls(mark)).toHaveLength(1);
  const more = { generationId: newId() };
  const { chatId, replyId: messageId } = sent;
  await client.ask({ type: 'continue', chatId, messageId, ...more });
  expect(inWords(await ended(client, { ...sent, ...more }))).toBe('done stop');
  expect(await storedText(client, sent)).toBe(fiveWords + usualAnswer);
  await expectSound({ ...house, clients: [client] });
});
