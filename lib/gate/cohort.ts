import { Fifo, type Link } from './fifo.ts';
import { Heap } from './heap.ts';
import type { Account } from './ledger.ts';

/** `helper` is work the app adds by itself (titles); `background` is work nobody watches (batches). */
export type GateClass = 'interactive' | 'helper' | 'background';

/** One call that waits. `seq` grows with every arrival. `weight` is in estimated tokens. */
export interface Entry {
  readonly lane: string;
  readonly class: GateClass;
  readonly user: string;
  readonly weight: number;
  readonly seq: number;
}

/** The entries of one user in one cohort, first come first. */
export class Line<E extends Entry> {
  readonly account: Account;
  readonly entries = new Fifo<E>();
  /** When it last had a grant, or joined: counts grants, not time. */
  turn: number;
  servedSlot = -1;
  turnSlot = -1;
  arrivalSlot = -1;

  constructor(account: Account, turn: number) {
    this.account = account;
    this.turn = turn;
  }

  get seq(): number {
    return this.entries.first?.seq ?? Number.POSITIVE_INFINITY;
  }
}

/** Does line a go before line b: the user served less, then the one who came first. */
export function leastServed<E extends Entry>(a: Line<E>, b: Line<E>): boolean {
  return a.account.served === b.account.served ? a.seq < b.seq : a.account.served < b.account.served;
}

export function cameFirst<E extends Entry>(a: Line<E>, b: Line<E>): boolean {
  return a.seq < b.seq;
}

function longestWithout<E extends Entry>(a: Line<E>, b: Line<E>): boolean {
  return a.turn === b.turn ? a.seq < b.seq : a.turn < b.turn;
}

/** All who wait in one class for one lane, a line for each user. */
export class Cohort<E extends Entry> {
  readonly lane: string;
  readonly class: GateClass;
  /** Grants to other classes that it could have had, since its own class last had one. */
  passed = 0;
  /** Grants to its own class that it could have had, since its eldest line last had one. */
  overtaken = 0;
  #size = 0;
  /** Where each entry stands, so that it can leave from the middle. A copy has none: nobody leaves a forecast. */
  readonly #links = new Map<E, Link<E>>();
  readonly #lines = new Map<string, Line<E>>();
  readonly #byServed = new Heap<'servedSlot', Line<E>>('servedSlot', leastServed);
  readonly #byTurn = new Heap<'turnSlot', Line<E>>('turnSlot', longestWithout);
  readonly #byArrival = new Heap<'arrivalSlot', Line<E>>('arrivalSlot', cameFirst);

  constructor(lane: string, gateClass: GateClass) {
    this.lane = lane;
    this.class = gateClass;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether somebody here has a turn to wait for: not all are parked. */
  get hasTurn(): boolean {
    return this.#byServed.size > 0;
  }

  /** The line of the user served least. */
  get neediest(): Line<E> | undefined {
    return this.#byServed.first;
  }

  /** The line that has gone longest without a grant. */
  get eldest(): Line<E> | undefined {
    return this.#byTurn.first;
  }

  /** The line with the entry that waits longest. */
  get oldest(): Line<E> | undefined {
    return this.#byArrival.first;
  }

  /** `parked`: the user waits, and has no turn until `unpark`. */
  push(entry: E, account: Account, turn: number, parked: boolean): void {
    const known = this.#lines.get(entry.user);
    const line = known ?? new Line<E>(account, turn);
    this.#links.set(entry, line.entries.push(entry));
    this.#size += 1;
    if (known) return;
    this.#lines.set(entry.user, line);
    if (!parked) this.#join(line);
  }

  park(user: string): void {
    const line = this.#lines.get(user);
    if (line) this.#part(line);
  }

  unpark(user: string): void {
    const line = this.#lines.get(user);
    if (line && line.servedSlot < 0) this.#join(line);
  }

  /** False when the entry does not wait here. */
  delete(entry: E): boolean {
    const line = this.#lines.get(entry.user);
    const link = this.#links.get(entry);
    if (!line || !link) return false;
    line.entries.remove(link);
    this.#left(line, entry);
    return true;
  }

  /** Takes the first entry of a line as its turn. */
  grant(line: Line<E>, turn: number): E | undefined {
    const entry = line.entries.shift();
    line.turn = turn;
    if (entry) this.#left(line, entry);
    return entry;
  }

  /** To be called after what the user was served has changed. */
  reorder(user: string): void {
    const line = this.#lines.get(user);
    if (line) this.#byServed.update(line);
  }

  /** The same state on other accounts, to try out what would happen. */
  copy(accountFor: (account: Account) => Account): Cohort<E> {
    const copied = new Cohort<E>(this.lane, this.class);
    copied.passed = this.passed;
    copied.overtaken = this.overtaken;
    copied.#size = this.#size;
    for (const line of this.#byServed.values()) copied.#join(copied.#adopt(line, accountFor));
    for (const line of this.#lines.values()) if (line.servedSlot < 0) copied.#adopt(line, accountFor);
    return copied;
  }

  #adopt(line: Line<E>, accountFor: (account: Account) => Account): Line<E> {
    const twin = new Line<E>(accountFor(line.account), line.turn);
    for (const entry of line.entries) twin.entries.push(entry);
    this.#lines.set(twin.account.user, twin);
    return twin;
  }

  #left(line: Line<E>, entry: E): void {
    this.#links.delete(entry);
    this.#size -= 1;
    if (line.entries.size > 0) {
      this.#reorder(line);
      return;
    }
    this.#lines.delete(line.account.user);
    this.#part(line);
  }

  #join(line: Line<E>): void {
    this.#byServed.push(line);
    this.#byTurn.push(line);
    this.#byArrival.push(line);
  }

  #reorder(line: Line<E>): void {
    this.#byServed.update(line);
    this.#byTurn.update(line);
    this.#byArrival.update(line);
  }

  #part(line: Line<E>): void {
    this.#byServed.delete(line);
    this.#byTurn.delete(line);
    this.#byArrival.delete(line);
  }
}
