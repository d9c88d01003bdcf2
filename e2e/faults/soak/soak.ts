import { setTimeout as sleep } from 'node:timers/promises';
import { type House, openHouse } from '../house.ts';
import { expectRest, expectSound } from '../invariants.ts';
import { Dice } from './dice.ts';
import type { SoakOptions } from './options.ts';
import { type Act, Person } from './person.ts';
import { probeArgs, type Sample, Sampler } from './sample.ts';
import { type Trend, trends } from './trend.ts';

export interface Outcome {
  /** At rest, one after each round. */
  readonly samples: readonly Sample[];
  readonly trends: readonly Trend[];
  readonly did: ReadonlyMap<Act, number>;
  readonly calls: number;
  /** Empty when all is well. */
  readonly wrongs: readonly string[];
}

/** Fewer calls at once than people: the queue is never empty for long. */
const maxUpstream = 6;
const sampleEveryMs = 5_000;

/**
 * Lets people be rude to a server for that long, in rounds: after each one everybody goes, all must come to rest, and what is
 * left is measured. `tell` gets every sample. Rejects when an invariant does not hold.
 */
export async function soak(options: SoakOptions, tell: (sample: Sample) => void): Promise<Outcome> {
  const house = await openHouse({ maxUpstream, nodeArgs: probeArgs });
  try {
    return await rounds(house, options, tell);
  } finally {
    await house.close();
  }
}

async function rounds(house: House, options: SoakOptions, tell: (sample: Sample) => void): Promise<Outcome> {
  const dice = new Dice(options.seed);
  const origins = [house.weir.url, house.proxy.url];
  const people = await Promise.all(
    Array.from({ length: options.people }, (_, at) => {
      const origin = origins[at % origins.length] ?? house.weir.url;
      return Person.guest(origin, new Dice(dice.whole(0, 2 ** 31)));
    }),
  );
  const sampler = new Sampler(house.weir);
  const samples: Sample[] = [];
  const total = options.minutes * 60_000;
  const roundMs = Math.min(60_000, total / 8);
  for (const end = performance.now() + total; performance.now() < end; ) {
    await round({ house, people, dice, sampler, tell, until: performance.now() + roundMs });
    await expectRest(house);
    const sample = await sampler.take();
    samples.push(sample);
    tell(sample);
  }
  const { started: calls, maxOpen } = await house.upstream.stats();
  await expectSound({ ...house, leaveEnded: true });
  const wrongs = people.flatMap((person) => person.wrongs);
  if (maxOpen > maxUpstream) wrongs.push(`[I4] ${maxOpen} calls were open at once`);
  const found = trends(samples);
  wrongs.push(...found.filter(({ grows }) => grows).map(({ name }) => `[I5] ${name} does not come back`));
  return { samples, trends: found, did: sums(people), calls, wrongs };
}

interface Round {
  readonly house: House;
  readonly people: readonly Person[];
  readonly dice: Dice;
  readonly sampler: Sampler;
  readonly tell: (sample: Sample) => void;
  readonly until: number;
}

async function round({ house, people, dice, sampler, tell, until }: Round): Promise<void> {
  const left = () => until - performance.now();
  const cuts = async () => {
    while (left() > 0) {
      await sleep(Math.min(left(), dice.number(8_000)));
      house.proxy.cut();
    }
  };
  const samples = async () => {
    while (left() > sampleEveryMs) {
      await sleep(sampleEveryMs);
      tell(await sampler.take());
    }
  };
  await Promise.all([cuts(), samples(), ...people.map((person) => person.liveUntil(until))]);
}

function sums(people: readonly Person[]): Map<Act, number> {
  const all = new Map<Act, number>();
  for (const { did } of people) {
    for (const [act, count] of did) all.set(act, (all.get(act) ?? 0) + count);
  }
  return all;
}
