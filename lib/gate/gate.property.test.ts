import { expect, it } from 'vitest';
import { type Call, MOST_OVERTAKEN, World } from './random-world.ts';

/*
 * Random arrivals, ends, failures, stops, time-outs and limit changes on a virtual clock, beside a model that only counts.
 * WEIR_SEEDS=200 runs two hundred seeds; a failure names its seed and step.
 */

const SEEDS = Number(process.env.WEIR_SEEDS ?? 5);
const EVENTS = 20_000;
const STEPS_PER_ROUND = 2000;

function step(world: World): void {
  const dice = world.random();
  if (dice < 0.44) world.arrive();
  else if (dice < 0.82) world.end();
  else if (dice < 0.9) world.stop();
  else if (dice < 0.98) world.timeOut();
  else world.changeLimit();
}

/** Plain comparisons: `expect` would be most of the time of 100,000 steps. */
function check(world: World): void {
  const { gate, open, waiting, faults } = world;
  const seen = gate.snapshot();
  if (seen.held !== open.size) faults.push(`${seen.held} permits held, ${open.size} calls open`);
  if (seen.waiting !== waiting.size) faults.push(`${seen.waiting} wait at the gate, ${waiting.size} outside`);
  for (const { lane, held } of seen.lanes) {
    if (held !== world.openIn(lane))
      faults.push(`${held} permits held in ${lane}, ${world.openIn(lane)} calls open`);
  }
  const roomy = world.roomyLanes();
  for (const call of roomy.length > 0 ? waiting.values() : []) {
    if (roomy.includes(call.lane)) faults.push(`${call.id} waits though it could start`);
  }
  for (const [line, count] of world.overtaken) {
    if (count > MOST_OVERTAKEN && !line.startsWith('helper'))
      faults.push(`${line} was overtaken ${count} times`);
  }
  if (faults.length > 0) throw new Error(faults.join('; '));
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
    world.open.delete(call.id);
    call.state = 'over';
    call.permit?.release();
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
  `[A1 A2 A3 A4 A5 A6 A10 A11 A17] ${EVENTS} random events, seed %i`,
  { timeout: 60_000 },
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
  },
);
