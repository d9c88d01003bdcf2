import type { Gate } from './gate.ts';
import { Heap } from './heap.ts';

interface Due {
  readonly at: number;
  readonly seq: number;
  readonly run: () => void;
  slot: number;
}

/** Time that passes as fast as things happen in it. For tests. */
export class SimulatedTime {
  ms = 0;
  readonly now = () => this.ms;
  readonly #due = new Heap<'slot', Due>('slot', (a, b) => (a.at === b.at ? a.seq < b.seq : a.at < b.at));
  #seq = 0;

  in(ms: number, run: () => void): void {
    this.#due.push({ at: this.ms + ms, seq: this.#seq++, run, slot: -1 });
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.in(ms, resolve));
  }

  /** Until nothing more will happen. Wakes the gate when it asks for it, as `Gate.wakeAt` says. */
  async play(gate: Gate): Promise<void> {
    for (;;) {
      for (let turn = 0; turn < 8; turn += 1) await null;
      const next = this.#due.first;
      const wakeAt = gate.wakeAt();
      if (wakeAt !== null && wakeAt <= (next?.at ?? wakeAt)) {
        this.ms = Math.max(this.ms, wakeAt);
        gate.wake();
      } else if (next) {
        this.ms = next.at;
        this.#due.delete(next);
        next.run();
      } else return;
    }
  }
}
