import { Heap } from './heap.ts';

/** What one user was served so far. `served` is in the ledger's own unit: compare it, never show it. */
export interface Account {
  readonly user: string;
  /** Estimates of running calls included. */
  served: number;
  /** Those estimates. */
  lent: number;
  /** Calls of the user that wait or run. */
  active: number;
  /** Kept by the ledger's heap. */
  activeSlot: number;
}

const RESCALE_AFTER_HALF_LIVES = 32;
const SWEEP_FROM = 1024;

/**
 * Tokens served per user, halving every `halfLifeMs`. Instead of shrinking every count all the time, later tokens count
 * for more (forward decay, Cormode et al. 2009): the order of the users then changes only when somebody is served.
 *
 * Somebody who comes (back) starts level with the least served of those active, so that time away is no credit
 * (the counter lift of VTC, arXiv 2401.00588). Estimates do not count there: when they were too high and are taken back,
 * whoever came meanwhile would stand behind all who had calls running.
 */
export class Ledger {
  readonly #now: () => number;
  readonly #halfLifeMs: number;
  readonly #accounts = new Map<string, Account>();
  readonly #active = new Heap<'activeSlot', Account>('activeSlot', (a, b) => used(a) < used(b));
  #epoch: number;
  #sweepAt = SWEEP_FROM;

  constructor(now: () => number, halfLifeMs: number) {
    this.#now = now;
    this.#halfLifeMs = halfLifeMs;
    this.#epoch = now();
  }

  /** How many accounts are remembered. */
  get size(): number {
    return this.#accounts.size;
  }

  /** What one token weighs when served at `at` (ms). */
  worth(at: number): number {
    return 2 ** ((at - this.#epoch) / this.#halfLifeMs);
  }

  /** One more call of this user. Each `join` is answered by one `leave`. */
  join(user: string): Account {
    this.#rescale();
    const account = this.#open(user);
    if (account.active === 0) {
      const least = this.#active.first;
      account.served = Math.max(account.served, least ? used(least) : 0);
      this.#active.push(account);
    }
    account.active += 1;
    return account;
  }

  leave(account: Account): void {
    account.active -= 1;
    if (account.active === 0) this.#active.delete(account);
  }

  /** A call began at `at` that is expected to use so many tokens. */
  lend(account: Account, estimate: number, at: number): void {
    const worth = this.worth(at);
    account.served += estimate * worth;
    account.lent += estimate * worth;
    this.#active.update(account);
  }

  /** The call that began at `at` is over: what it used takes the place of the estimate. */
  settle(account: Account, call: { readonly estimate: number; readonly tokens: number }, at: number): void {
    const worth = this.worth(at);
    account.lent = Math.max(0, account.lent - call.estimate * worth);
    account.served = Math.max(account.lent, account.served + (call.tokens - call.estimate) * worth);
    this.#active.update(account);
  }

  #open(user: string): Account {
    const known = this.#accounts.get(user);
    if (known) return known;
    if (this.#accounts.size >= this.#sweepAt) this.#sweep();
    const account: Account = { user, served: 0, lent: 0, active: 0, activeSlot: -1 };
    this.#accounts.set(user, account);
    return account;
  }

  /** Forgets those who are away and whose past has decayed to less than a token. */
  #sweep(): void {
    const token = this.worth(this.#now());
    for (const account of this.#accounts.values()) {
      if (account.active === 0 && account.served < token) this.#accounts.delete(account.user);
    }
    this.#sweepAt = Math.max(SWEEP_FROM, 2 * this.#accounts.size);
  }

  /** Keeps the numbers small. Dividing all by the same power of two keeps their order. */
  #rescale(): void {
    const halfLives = Math.floor((this.#now() - this.#epoch) / this.#halfLifeMs);
    if (halfLives < RESCALE_AFTER_HALF_LIVES) return;
    for (const account of this.#accounts.values()) {
      account.served *= 2 ** -halfLives;
      account.lent *= 2 ** -halfLives;
    }
    this.#epoch += halfLives * this.#halfLifeMs;
  }
}

function used({ served, lent }: Account): number {
  return served - lent;
}
