export type CallKind = 'chat' | 'title' | 'embedding';
/** `failed`: the script ended it with a fault of its own; `aborted`: the client's socket closed before the end. */
export type Outcome = 'open' | 'finished' | 'failed' | 'aborted';

/** One upstream call as the upstream saw it. Times are epoch milliseconds, with a fraction. */
export interface Call {
  readonly id: number;
  readonly kind: CallKind;
  readonly model: string;
  readonly script: string;
  readonly mark: string;
  readonly stream: boolean;
  /** Text of the last user message, or the embedding inputs joined by newlines. */
  readonly prompt: string;
  readonly messages: readonly unknown[];
  readonly hasAuthorization: boolean;
  readonly startedAt: number;
  closedAt: number | null;
  outcome: Outcome;
  status: number;
  sentText: string;
  sentReasoning: string;
  sentDeltas: number;
}

export interface Stats {
  readonly open: number;
  readonly maxOpen: number;
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  readonly aborted: number;
}

export type NewCall = Pick<
  Call,
  'kind' | 'model' | 'script' | 'mark' | 'stream' | 'prompt' | 'messages' | 'hasAuthorization'
>;

export interface CallFilter {
  /** Matches the `mark` parameter exactly, or any part of the prompt. */
  readonly mark?: string | undefined;
  readonly kind?: string | undefined;
}

const zero = () => ({ open: 0, maxOpen: 0, started: 0, finished: 0, failed: 0, aborted: 0 });
const epochMs = () => performance.timeOrigin + performance.now();

/** Counts every call and remembers the last `keep` of them: the oracle of every test about the gate. */
export class Ledger {
  readonly #keep: number;
  readonly #tries = new Map<string, number>();
  readonly #watchers = new Set<() => void>();
  #counts = zero();
  #calls: Call[] = [];
  #nextId = 1;

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Counts as open from here until `settle`. */
  open(about: NewCall): Call {
    const call: Call = {
      ...about,
      id: this.#nextId++,
      startedAt: epochMs(),
      closedAt: null,
      outcome: 'open',
      status: 0,
      sentText: '',
      sentReasoning: '',
      sentDeltas: 0,
    };
    this.#counts.started += 1;
    this.#counts.open += 1;
    // Two turns of the loop later: a call that its caller closed before this one began is known to be closed by then.
    setImmediate(() => setImmediate(() => this.#peak()));
    if (this.#keep > 0) this.#calls.push(call);
    if (this.#calls.length > 2 * this.#keep) this.#calls = this.#calls.slice(-this.#keep);
    this.changed();
    return call;
  }

  #peak(): void {
    this.#counts.maxOpen = Math.max(this.#counts.maxOpen, this.#counts.open);
  }

  /** The first settling counts, later ones are ignored. */
  settle(call: Call, outcome: Exclude<Outcome, 'open'>): void {
    if (call.outcome !== 'open') return;
    call.outcome = outcome;
    call.closedAt = epochMs();
    this.#counts.open -= 1;
    this.#counts[outcome] += 1;
    this.changed();
  }

  /** How often this key was tried, this time included. */
  tryOf(key: string): number {
    const tries = (this.#tries.get(key) ?? 0) + 1;
    this.#tries.set(key, tries);
    return tries;
  }

  stats(): Stats {
    const { open, maxOpen } = this.#counts;
    return { ...this.#counts, maxOpen: Math.max(maxOpen, open) };
  }

  /** Oldest first. */
  calls(filter: CallFilter = {}): Call[] {
    const { mark, kind } = filter;
    return this.#calls
      .filter((call) => mark === undefined || call.mark === mark || call.prompt.includes(mark))
      .filter((call) => kind === undefined || call.kind === kind);
  }

  /** Calls still open stay counted as open. */
  reset(): void {
    const open = this.#counts.open;
    this.#counts = { ...zero(), open, maxOpen: open };
    this.#calls = this.#calls.filter((call) => call.outcome === 'open');
    this.#tries.clear();
    this.changed();
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Resolves as soon as `holds` is true, now or after any change. Never rejects: the test's own limit ends a wait. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }
}
