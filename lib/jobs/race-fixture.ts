import { expect } from 'vitest';
import { Gate, type GateEvent } from '#lib/gate/gate.ts';
import { SimulatedTime } from '#lib/gate/simulated-time.ts';
import { settle } from '#lib/generation/rehearsal-fixture.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import type { Models } from '#lib/upstream/model.ts';
import { scriptedModels } from '#lib/upstream/scripted-model.ts';
import type { Race } from '#lib/wire/flow.ts';
import { Races } from './race.ts';

export const model = 'test/model';

/** Races at a gate with so many permits, on a clock set by hand; the test answers the calls. */
export function course(options: Partial<CourseOptions> = {}) {
  const { limit = 4, maxWaiting = 100, clock = new SimulatedTime(), models } = options;
  const { now } = clock;
  const gate = new Gate({ limit, maxWaiting, now });
  const script = scriptedModels(model);
  const log = memoryLog();
  const told: Race[] = [];
  const events: GateEvent[] = [];
  gate.on((event) => void events.push(event));
  let ids = 0;
  const races = new Races({
    gate,
    models: models ?? script,
    log,
    now,
    newId: () => `race-${ids++}`,
    tell: (_userId, race) => void told.push(race),
  });
  const start = (...prompts: string[]) => races.start('anna', { model, prompts });
  const states = () => races.of('anna')?.runs.map(({ state }) => state);
  return { clock, gate, script, log, told, events, races, start, states };
}

interface CourseOptions {
  limit: number;
  maxWaiting: number;
  clock: SimulatedTime;
  models: Models;
}

export type Course = ReturnType<typeof course>;

/** Answers the next call with one word. */
export async function answerNext({ script }: Course): Promise<void> {
  const call = await script.nextCall();
  call.say('yes');
  call.finish();
  await settle();
}

export function atRest({ gate, script }: Course): void {
  expect(gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  expect(script.open).toBe(0);
}
