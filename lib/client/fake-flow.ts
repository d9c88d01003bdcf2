import type { Flow, FlowLane, FlowPoint, Race, RaceRun } from '#lib/wire/flow.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import { fakeId } from './fake-events.ts';

export function fakeLane(change: Partial<FlowLane> = {}): FlowLane {
  return {
    lane: 'demo/echo',
    limit: 4,
    workingLimit: 4,
    opensInMs: null,
    held: 1,
    waiting: { interactive: 2, helper: 1, background: 0 },
    requests: null,
    tokens: null,
    tokensPerSecond: 30,
    firstToken: null,
    waited: null,
    retries: 0,
    failures: [],
    ...change,
  };
}

/** What the server tells at the second `at`. */
export function fakeFlow(at: number, change: Partial<Flow> = {}): ServerEventOf<'flow'> {
  const totals = { limit: 8, held: 1, waiting: 3, oldestWaitMs: 0 };
  return { type: 'flow', flow: { at: at * 1000, ...totals, lanes: [fakeLane()], mine: [], ...change } };
}

export function fakePoint(at: number, change: Partial<FlowPoint['lanes'][number]> = {}): FlowPoint {
  const lane = { lane: 'demo/echo', limit: 4, workingLimit: 4, held: 0, waiting: 0, tokensPerSecond: 0 };
  return { at: at * 1000, lanes: [{ ...lane, ...change }] };
}

export function fakeRun(change: Partial<RaceRun> = {}): RaceRun {
  const times = { askedAt: null, startedAt: null, firstTokenAt: null, endedAt: null };
  return { mode: 'one-by-one', prompt: 0, state: 'waiting', ...times, tokens: 0, code: null, ...change };
}

export function fakeRace(change: Partial<Race> = {}): Race {
  const ends = { oneByOneMs: null, atOnceMs: null, speedUp: null };
  return {
    id: fakeId(70),
    model: 'demo/echo',
    prompts: ['one', 'two'],
    state: 'running',
    runs: [],
    ...ends,
    ...change,
  };
}
