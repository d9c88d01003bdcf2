import { expect, it } from 'vitest';
import type { LaneSnapshot } from './gate.ts';
import { MOST_OVERTAKEN, World } from './random-world-fixture.ts';
import { type Call, LANES } from './witness.ts';

/*
 * Random arrivals, ends, failures, throttlings, stops, deadlines and changes of limits and rates on a virtual clock, beside a
 * model that only counts.
 * WEIR_SEEDS=200 runs two hundred seeds of 100,000 events each; a failure names its seed and step.
 */

const SEEDS = Number(process.env.WEIR_SEEDS ?? 5);
const EVENTS = process.env.WEIR_SEEDS ? 100_000 : 20_000;
const STEPS_PER_ROUND = 2000;

function step(world: World): void {
  const dice = world.random();
  if (dice < 0.4) world.arrive();
  else if (dice < 0.7) world.end();
  else if (dice < 0.75) world.throttle();
  else if (dice < 0.82) world.stop();
  else if (dice < 0.96) world.pass(world.random() * 2000);
  else if (dice < 0.98) world.changeRates();
  else world.changeLimit();
}

/** Plain comparisons: `expect` would be most of the time of 100,000 steps. */
function check(world: World): void {
  const { gate, open, waiting, faults, clock } = world;
  const seen = gate.snapshot();
  const wakeAt = gate.wakeAt();
  if (seen.held !== open.size) faults.push(`${seen.held} permits held, ${open.size} calls open`);
  if (seen.waiting !== waiting.size) faults.push(`${seen.waiting} wait at the gate, ${waiting.size} outside`);
  if (wakeAt !== null && wakeAt <= clock.ms) faults.push(`wants to be woken at ${wakeAt}, at ${clock.ms}`);
  for (const lane of seen.lanes) checkLane(world, lane);
  for (const name of LANES) {
    const standing = world.hasRoom(name) ? world.standing(name) : [];
    const isHeldUp = standing.some((call) => !world.lane(name).surelyFits(call.weight, clock.ms));
    if (standing[0] && !isHeldUp) faults.push(`${standing[0].id} waits though it could start`);
  }
  for (const call of waiting.values())
    if (call.deadline <= clock.ms) faults.push(`${call.id} waits past its deadline`);
  for (const [line, count] of world.overtaken) {
    if (count > MOST_OVERTAKEN && !line.startsWith('helper'))
      faults.push(`${line} was overtaken ${count} times`);
  }
  if (faults.length > 0) throw new Error(faults.join('; '));
}

function checkLane(world: World, seen: LaneSnapshot): void {
  const { lane: name, held, workingLimit, requests, tokens } = seen;
  const { faults, clock } = world;
  const lane = world.lane(name);
  if (held !== world.openIn(name))
    faults.push(`${held} permits held in ${name}, ${world.openIn(name)} calls open`);
  if (workingLimit !== world.workingLimit(name))
    faults.push(`${name} works at ${workingLimit}, not ${world.workingLimit(name)}`);
  if (!lane.requests.agrees(requests, clock.ms) || !lane.tokens.agrees(tokens, clock.ms))
    faults.push(
      `${name} has ${requests?.left} requests and ${tokens?.left} tokens left, not as many as were taken`,
    );
}

function checkPlaces(world: World): void {
  const places = world.gate.places();
  expect(new Set(places.keys())).toEqual(new Set(world.waiting.keys()));
  expect([...places.values()].map((place) => place.position)).toEqual(
    [...places.keys()].map((_, i) => i + 1),
  );
}

/** Nobody arrives any more, calls end oldest first: the order of grants must be the one foretold. */
async function drain(world: World): Promise<void> {
  world.openUp();
  await settle();
  const foretold = [...world.gate.places().keys()];
  const before = world.granted.length;
  for (let call = first(world.open); call; call = first(world.open)) {
    world.release(call, null);
    await settle();
    check(world);
  }
  expect(world.granted.slice(before), 'the order foretold by places()').toEqual(foretold);
  expect(world.gate.snapshot(), 'at rest').toMatchObject({ held: 0, waiting: 0, oldestWaitMs: 0 });
  for (const call of world.calls) expect([call.state, call.settled], call.id).toEqual(['over', 1]);
  world.calls.length = 0;
}

function first(open: Map<string, Call>): Call | undefined {
  return open.values().next().value;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await null;
}

it.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
  `[A1 A2 A3 A4 A5 A6 A10 A11 A13 A17 A18 A19 A21 A22 A23 A24 A25 A27] ${EVENTS} random events, seed %i`,
  { timeout: 600_000 },
  async (seed) => {
    const world = new World(seed);
    for (let n = 0; n < EVENTS; n += 1) {
      try {
        if (Math.floor(n / STEPS_PER_ROUND) % 5 > 2) world.besiege();
        else step(world);
        await settle();
        check(world);
        if (n % 100 === 0) checkPlaces(world);
        if (n % STEPS_PER_ROUND === STEPS_PER_ROUND - 1) await drain(world);
      } catch (error) {
        throw new Error(`seed ${seed}, step ${n}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
    }
    const ways = ['background user_queue_full', 'others user_queue_full'];
    expect([...world.bounds.refused.keys()], 'the bounds were met').toEqual(expect.arrayContaining(ways));
  },
);
