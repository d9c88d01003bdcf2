import type { Admission } from './admission.ts';
import type { Entry } from './cohort.ts';
import type { FairQueue } from './fair-queue.ts';
import { type Expectation, forecast, type RunningCall } from './forecast.ts';
import type { Account, Ledger } from './ledger.ts';
import type { Place } from './terms.ts';

interface Foreseen {
  readonly position: number;
  readonly at: number | null;
}

interface Named extends Entry {
  readonly id: string;
}

interface Sources<E extends Named> {
  readonly queue: FairQueue<E>;
  readonly ledger: Ledger;
  readonly admission: Admission;
  /** In the order in which they were granted. */
  readonly running: ReadonlyMap<string, RunningCall>;
  readonly now: () => number;
}

/** The places of those who wait, worked out when asked for and kept until something changes. */
export class Outlook<E extends Named> {
  readonly #sources: Sources<E>;
  #foreseen: Map<string, Foreseen> | null = null;

  constructor(sources: Sources<E>) {
    this.#sources = sources;
  }

  changed(): void {
    this.#foreseen = null;
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
    this.#foreseen ??= new Map(forecastFrom(this.#sources).map(foreseen));
    return this.#foreseen;
  }

  #placeOf({ position, at }: Foreseen): Place {
    return { position, etaMs: at === null ? null : Math.max(0, Math.round(at - this.#sources.now())) };
  }
}

function foreseen({ entry, at }: Expectation<Named>, ahead: number): [string, Foreseen] {
  return [entry.id, { position: ahead + 1, at }];
}

/** Tries it out on copies of the queue and of the accounts. */
function forecastFrom<E extends Named>({
  queue,
  ledger,
  admission,
  running,
  now,
}: Sources<E>): Expectation<E>[] {
  const accounts = new Map<string, Account>();
  const trial = queue.copy((account) => {
    const known = accounts.get(account.user);
    if (known) return known;
    const copy = { ...account };
    accounts.set(account.user, copy);
    return copy;
  });
  const worth = ledger.worth(now());
  return forecast({
    queue: trial,
    running: running.values(),
    limit: admission.permits.limit,
    laneLimit: (lane) => admission.lane(lane).permits.limit,
    usualHold: (lane) => admission.lane(lane).usualHoldMs,
    now: now(),
    charge: ({ user, weight }) => {
      const account = accounts.get(user);
      if (account) account.served += weight * worth;
      trial.reorder(user);
    },
  });
}
