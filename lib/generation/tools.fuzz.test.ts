import { expect, it } from 'vitest';
import * as z from 'zod';
import { ownTool } from '#lib/tools/own-tool.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { type Generation, isEnding } from '#lib/wire/chat.ts';
import { isOver } from '#lib/wire/tool.ts';
import { seeded } from '../seeded-fixture.ts';
import { decide } from './decide.ts';
import type { Publish } from './publish.ts';
import { type Rehearsal, rehearse, sending, settle } from './rehearsal-fixture.ts';
import { toolset, USER } from './tools-fixture.ts';

const count = Number(process.env.WEIR_SEEDS ?? 20);
const first = Number(process.env.WEIR_SEED ?? Date.now() % 1_000_000);
const seeds = Array.from({ length: count }, (_, at) => first + at);

interface Made {
  readonly callId: string;
  settle: () => void;
}

/** A tool that answers, fails or hangs as the dice say, and remembers for which calls it was made. */
function diced(name: string, changesThings: boolean, random: () => number) {
  const made: Made[] = [];
  const run = (_: unknown, { callId }: { callId: string }) =>
    new Promise<string>((answer, fail) => {
      const settle = () => (random() < 0.8 ? answer(`${name} ok`) : fail(new Error('broken')));
      made.push({ callId, settle });
    });
  const about = { name, title: name, description: '', changesThings };
  return { made, tool: ownTool({ ...about, schema: z.object({}), run }) };
}

/** What people were shown at the end of each answer. */
function witness() {
  const endings = new Map<string, Generation[]>();
  const none = () => undefined;
  const publish: Publish = {
    state: none,
    ended: (one) => void endings.set(one.id, [...(endings.get(one.id) ?? []), one.view()]),
    path: none,
    followUps: none,
    chat: none,
    gone: none,
  };
  return { endings, publish };
}

const pick = <T>(from: readonly T[], random: () => number): T | undefined =>
  from[Math.floor(random() * from.length)];

function play(house: Rehearsal, tools: ReturnType<typeof diced>[], random: () => number) {
  const words: { callId: string; verdict: string }[] = [];
  const calls = () => house.models.calls.filter((call) => !over.has(call));
  const over = new Set<unknown>();
  const live = () => [...house.generations.all()];
  const moves = [
    () => pick(calls(), random)?.say(`w${Math.floor(random() * 10)} `),
    () => {
      const call = pick(calls(), random);
      if (call === undefined) return;
      over.add(call);
      const asks = 1 + Math.floor(random() * 6);
      for (let index = 0; index < asks; index += 1) {
        const name = pick(['read', 'change', 'unknown'], random) ?? 'read';
        call.callTool({ index, id: `c${index}`, name, arguments: pick(['{}', '{"x":', '[]'], random) ?? '' });
      }
      call.finish('tool_calls');
    },
    () => {
      const call = pick(calls(), random);
      if (call === undefined) return;
      over.add(call);
      if (random() < 0.5) call.finish();
      else call.fail(new UpstreamFailure('upstream_reset', { retryable: true }));
    },
    () =>
      pick(
        tools.flatMap(({ made }) => made),
        random,
      )?.settle(),
    () => pick(house.sleeps, random)?.end(),
    async () => {
      const generation = pick(live(), random);
      const call = pick(generation?.calls.asking ?? [], random);
      if (generation === undefined || call === undefined) return;
      const verdict = pick(['allow', 'chat', 'refuse'] as const, random) ?? 'refuse';
      words.push({ callId: call.id, verdict });
      await decide(USER, { generationId: generation.id, callId: call.id, verdict }, house).catch(
        () => undefined,
      );
    },
    () => {
      const generation = random() < 0.2 ? pick(live(), random) : undefined;
      if (generation !== undefined) house.generations.stop(USER, generation.id);
    },
    () => {
      house.store.unavailable = random() < 0.2;
    },
  ];
  return { words, move: () => pick(moves, random)?.() };
}

it.each(seeds)(
  '[G3] [G31] [G36] [G38] [G63] whatever happens, what is shown of calls is what is stored, and none is made twice (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    const tools = [diced('read', false, random), diced('change', true, random)];
    const { endings, publish } = witness();
    const house = rehearse({ limit: 4, publish, tools: [toolset(...tools.map(({ tool }) => tool))] });
    const sends = Array.from({ length: 6 }, () => ({ ...sending('go'), equip: { tools: ['set'] } }));
    for (const send of sends) await house.replies.begin(USER, send);
    const { move, words } = play(house, tools, random);
    for (let step = 0; step < 150; step += 1) {
      await move();
      if (random() < 0.5) await settle(2);
    }
    house.store.unavailable = false;
    const drained = house.generations.drain(60_000);
    while (house.generations.size > 0) {
      await settle(2);
      for (const { made } of tools) for (const { settle: answer } of made) answer();
      for (const sleep of [...house.sleeps]) sleep.end();
    }
    await drained;
    const made = tools.flatMap((one) => one.made.map(({ callId }) => callId));
    expect(new Set(made).size, 'calls made').toBe(made.length);
    expect(house.gate.snapshot().held).toBe(0);
    for (const { chatId, generationId } of sends) {
      const stored = (await house.store.page(USER, chatId))?.messages.at(-1);
      if (stored?.generation == null || !isEnding(stored.generation.state)) continue;
      const shown = endings.get(generationId) ?? [];
      expect(shown).toHaveLength(1);
      expect(stored.generation.calls).toEqual(shown[0]?.calls);
      for (const call of stored.generation.calls ?? []) {
        expect(isOver(call.state)).toBe(true);
        expect(call.at).toBeLessThanOrEqual(stored.text.length);
        const isRefused = words.find(({ callId }) => callId === call.id)?.verdict === 'refuse';
        if (isRefused && call.state === 'refused') expect(made).not.toContain(call.id);
        if (call.state === 'done') expect(made).toContain(call.id);
      }
    }
  },
);
