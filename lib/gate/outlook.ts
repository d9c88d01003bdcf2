import type { Admission } from './admission.ts';
import type { FairQueue } from './fair-queue.ts';
import { type Expectation, forecast, type LaneProspect, type RunningCall } from './forecast.ts';
import type { Lane } from './lane.ts';
import type { Account, Ledger } from './ledger.ts';
import type { Place } from './terms.ts';
import type { Waiter } from './waiter.ts';

interface Foreseen {
  readonly position: number;
  readonly at: number | null;
}

interface Sources {
  readonly passage: {
    readonly queue: FairQueue<Waiter>;
    /** In the order in which they were granted. */
    readonly running: ReadonlyMap<string, RunningCall>;
    /** Moves with every change. */
    readonly revision: number;
  };
  readonly ledger: Ledger;
  readonly admission: Admission;
  readonly now: () => number;
}

/** The places of those who wait, worked out when asked for and kept until something changes or does not come true. */
export class Outlook {
  readonly #sources: Sources;
  #foreseen = new Map<string, Foreseen>();
  #revision = -1;
  /** When the first of them should have started, ms. */
  #trueUntil = Number.POSITIVE_INFINITY;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  place(id: string): Place | null {
    const foreseen = this.#look().get(id);
    return foreseen ? this.#placeOf(foreseen) : null;
  }

  places(): Map<string, Place> {
    const places = new Map<string, Place>();
    for (const [id, foreseen] of this.#look()) places.set(id, this.#placeOf(foreseen));
    return places;
  }

  #look(): Map<string, Foreseen> {
    const { revision } = this.#sources.passage;
    if (revision === this.#revision && this.#sources.now() <= this.#trueUntil) return this.#foreseen;
    const order = forecastFrom(this.#sources);
    this.#foreseen = new Map(order.map(foreseen));
    this.#trueUntil = order[0]?.at ?? Number.POSITIVE_INFINITY;
    this.#revision = revision;
    return this.#foreseen;
  }

  #placeOf({ position, at }: Foreseen): Place {
    return { position, etaMs: at === null ? null : Math.max(0, Math.round(at - this.#sources.now())) };
  }
}

function foreseen({ entry, at }: Expectation<Waiter>, ahead: number): [string, Foreseen] {
  return [entry.id, { position: ahead + 1, at }];
}

function prospectOf({ workingLimit, valve, usualHoldMs, requests, tokens }: Lane): LaneProspect {
  const rates = { requests: requests.copy(), tokens: tokens.copy() };
  return { limit: workingLimit, opensAt: valve.closedUntil, usualHoldMs, ...rates };
}

/** Tries it out on copies of the queue, of the accounts and of the rates. */
function forecastFrom({ passage, ledger, admission, now }: Sources): Expectation<Waiter>[] {
  const accounts = new Map<string, Account>();
  const lanes = new Map<string, LaneProspect>();
  const trial = passage.queue.copy((account) => {
    const known = accounts.get(account.user);
    if (known) return known;
    const copy = { ...account };
    accounts.set(account.user, copy);
    return copy;
  });
  const worth = ledger.worth(now());
  return forecast({
    queue: trial,
    running: passage.running.values(),
    limit: admission.permits.limit,
    perUser: admission.perUser,
    lane: (name) => {
      const known = lanes.get(name) ?? prospectOf(admission.lane(name));
      lanes.set(name, known);
      return known;
    },
    now: now(),
    charge: ({ user, weight }) => {
      const account = accounts.get(user);
      if (account) account.served += weight * worth;
      trial.reorder(user);
    },
  });
}
