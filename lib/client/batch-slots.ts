import { forgetForm, formKey, linesKey, slotsIn } from './batch-draft.ts';
import type { Drafts } from './drafts.ts';
import type { KeyValue } from './key-value.ts';
import type { Locks } from './locks.ts';

export interface BatchSlotsPorts {
  drafts: Drafts;
  /** Survives a reload of this tab and is seen by no other; a duplicated tab begins with a copy. */
  tab: KeyValue;
  locks: Locks;
  newId: () => string;
}

const OWN = 'weir.batch.slot';
const LOCK = 'weir.batch.slot.';
/** A page that reloads may not have let go yet. */
const AGAIN_MS = 300;

/**
 * Where the draft of a new batch stands: each tab has a slot of its own, so that two tabs do not overwrite each other, and one
 * that has nothing typed takes over the newest that a tab which is gone has left.
 */
export class BatchSlots {
  readonly #ports: BatchSlotsPorts;
  #held: string | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ports: BatchSlotsPorts) {
    this.#ports = ports;
  }

  /** The slot of this tab, to be asked for whenever the page of a new batch is opened. */
  enter(): Promise<string> {
    const turn = this.#turn.then(() => this.#enter());
    this.#turn = turn.catch(() => 'the next one finds out by itself');
    return turn;
  }

  async #enter(): Promise<string> {
    const { drafts, tab, newId } = this.#ports;
    const own = this.#held ?? (await this.#resumed()) ?? this.#hold(newId());
    tab.write(OWN, own);
    if (!slotsIn(drafts).includes(own)) await this.#takeOver(own);
    return own;
  }

  /** The slot from before the reload; for a duplicated tab a copy of the other's. */
  async #resumed(): Promise<string | null> {
    const { tab, newId } = this.#ports;
    const known = tab.read(OWN);
    if (known === null) return null;
    for (const ms of [0, AGAIN_MS]) {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      if (await this.#ports.locks.ifFree(LOCK + known, () => this.#hold(known))) return known;
    }
    const copy = this.#hold(newId());
    this.#copy(known, copy);
    return copy;
  }

  async #takeOver(own: string): Promise<void> {
    const { drafts, locks } = this.#ports;
    for (const left of slotsIn(drafts)) {
      const isTaken = await locks.ifFree(LOCK + left, () => {
        this.#copy(left, own);
        forgetForm(drafts, left);
      });
      if (isTaken) return;
    }
  }

  #copy(from: string, to: string): void {
    const { drafts } = this.#ports;
    for (const key of [formKey, linesKey]) drafts.write(key(to), drafts.read(key(from)));
  }

  #hold(slot: string): string {
    this.#ports.locks.hold(LOCK + slot);
    this.#held = slot;
    return slot;
  }
}
