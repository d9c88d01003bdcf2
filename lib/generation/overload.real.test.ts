import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Gate } from '#lib/gate/gate.ts';
import { seeded } from '#lib/seeded-fixture.ts';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { memoryMeter } from '#lib/telemetry/memory-meter.ts';
import { SourcedToolbox } from '#lib/tools/toolbox.ts';
import { createDemoServer } from '#lib/upstream/demo/server.ts';
import { openaiUpstream } from '#lib/upstream/openai-model.ts';
import { scriptedModels } from '#lib/upstream/scripted-model.ts';
import { isEnding } from '#lib/wire/chat.ts';
import { FlowRecord } from './flow-record.ts';
import { wakeInTime } from './gate-alarm.ts';
import { Generations } from './generations.ts';
import { sending } from './rehearsal-fixture.ts';
import { Replies } from './replies.ts';
import { RetryBudget } from './retry.ts';
import { Turns } from './turns.ts';

/** A minute of load when asked for, WEIR_MEASURE=1; else long enough to fall and rise. */
const LOAD_MS = process.env.WEIR_MEASURE === '1' ? 60_000 : 2_000;
const LIMIT = 6;
const PEOPLE = 3 * LIMIT;
const RETRY_AFTER_S = 2;
const SEED = Number(process.env.WEIR_SEED ?? Date.now() % 100_000);

const clock = () => performance.timeOrigin + performance.now();

/** Answers over real HTTP against the scripted upstream, with real time. */
async function house() {
  const server = createDemoServer({ control: true, everyMs: 0 });
  const baseUrl = `http://127.0.0.1:${await server.listen()}/v1`;
  const upstream = openaiUpstream({ name: 'test', baseUrl, key: null, models: null, timeouts: {} });
  const model = upstream.model('weir-demo');
  const gate = new Gate({ limit: LIMIT, now: clock });
  const asleep = wakeInTime(gate, clock);
  const ended = new Map<string, () => void>();
  const states = new Set<string>();
  const publish = {
    state: ({ state }: { state: { name: string } }) => void states.add(state.name),
    ended: ({ id, state }: { id: string; state: { name: string } }) => {
      states.add(state.name);
      ended.get(id)?.();
    },
    path: () => undefined,
    followUps: () => undefined,
    chat: () => undefined,
    gone: () => undefined,
  };
  const ports = {
    gate,
    models: { ...scriptedModels(), find: () => model, defaultId: () => model.id },
    store: memoryChatStore(),
    publish,
    turns: new Turns(),
    retries: new RetryBudget(clock),
    log: memoryLog(),
    meter: memoryMeter(),
    clock,
    owner: 'process-1',
    now: Date.now,
    random: Math.random,
    sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
    fallbackOf: () => null,
    queueMs: 3_600_000,
    toolbox: new SourcedToolbox([], []),
    toolTerms: { rounds: 10, atOnce: 4, timeoutMs: 30_000 },
    onDone: () => undefined,
  };
  const flow = new FlowRecord({ gate, generations: { all: () => [], ofUser: () => [] }, now: Date.now });
  const generations = new Generations({ ...ports, flow });
  const replies = new Replies({ ...ports, generations });
  /** Resolves with the ending of the answer. */
  const ask = async (person: string, text: string) => {
    const send = { ...sending(text), model: model.id };
    const over = Promise.withResolvers<void>();
    ended.set(send.generationId, () => over.resolve());
    await replies.begin(person, send);
    await over.promise;
    return (await ports.store.page(person, send.chatId))?.messages.at(-1)?.generation?.state;
  };
  const close = async () => {
    asleep();
    await upstream.close();
    await server.close();
  };
  return { gate, ask, close, states, control: server.control };
}

it(`[A23][A24][G17] at three times the limit, with 30 % refused for 2 s, all ends complete and nobody calls too early (seed ${SEED})`, {
  timeout: LOAD_MS + 240_000,
}, async ({ annotate }) => {
  const { gate, ask, close, states, control } = await house();
  const roll = seeded(SEED);
  const series: number[] = [];
  const early: number[] = [];
  const closings: { at: number; until: number }[] = [];
  let closedUntil = 0;
  let granted = 0;
  gate.on((event) => {
    if (event.type === 'closed') {
      closedUntil = event.until;
      closings.push(event);
    }
    if (event.type === 'granted') granted += 1;
    if (event.type === 'adapted') series.push(event.workingLimit);
    if (event.type === 'granted' && clock() < closedUntil) early.push(closedUntil - clock());
  });
  const until = clock() + LOAD_MS;
  const outcomes: unknown[] = [];
  const person = async (name: string) => {
    for (let turn = 0; turn === 0 || clock() < until; turn += 1) {
      const isRefused = roll() < 0.3;
      const script = isRefused ? `429 times=1 retryAfter=${RETRY_AFTER_S}` : 'paced n=5 d=30';
      outcomes.push(await ask(name, `${name} turn ${turn} [[script:${script}]]`));
    }
  };
  await Promise.all(Array.from({ length: PEOPLE }, (_, at) => person(`person-${at}`)));
  const calls = control.calls();
  await close();

  expect(early, 'calls granted while the lane was closed').toEqual([]);
  const refused = calls.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(1);
  expect(calls.length, 'what the upstream saw is what was granted').toBe(granted);
  // The next closing after it began holds for as long as it says. What was on its way then, for however long, was granted before.
  const forgotten = refused.filter(({ startedAt }) => {
    const closing = closings.find(({ at }) => at >= startedAt);
    return closing === undefined || closing.until < startedAt + RETRY_AFTER_S * 1_000;
  });
  expect(forgotten, 'refusals that closed nothing, or not for long enough').toEqual([]);
  expect(outcomes.every((state) => JSON.stringify(state) === '{"name":"done","finish":"stop"}')).toBe(true);
  expect([...states].filter((name) => isEnding({ name } as never) && name !== 'done')).toEqual([]);
  const lowest = series.indexOf(Math.min(...series));
  expect(Math.min(...series)).toBeLessThan(LIMIT);
  expect(Math.max(...series.slice(lowest))).toBeGreaterThan(Math.min(...series));
  await annotate(
    `${outcomes.length} answers, ${refused.length} refusals, working limit: ${series.join(' ')}`,
  );
});
