import { type StoredCall, shownCall } from '#lib/store/tool-store.ts';
import { isOver, type ToolCall } from '#lib/wire/tool.ts';

/** The calls of one message, in the order in which they were made, and who waits for a person's word. */
export class CallLog {
  #calls: readonly StoredCall[] = [];
  #shown: ToolCall[] | undefined;
  /** One that does not change is shown as the same object, so that it need not be told again. */
  readonly #shownOf = new WeakMap<StoredCall, ToolCall>();
  readonly #stored = new WeakSet<StoredCall>();
  #madeAny = false;
  readonly #askers = new Map<string, (isAllowed: boolean | null) => void>();
  #asksNobody = false;

  get all(): readonly StoredCall[] {
    return this.#calls;
  }

  /** Whether this run has made one: what was done is not done again. */
  get madeAny(): boolean {
    return this.#madeAny;
  }

  /** Of the next round. */
  get round(): number {
    return (this.#calls.at(-1)?.round ?? -1) + 1;
  }

  /** For people; the same array as long as nothing changes, undefined while there are none. */
  get shown(): ToolCall[] | undefined {
    if (this.#calls.length === 0) return undefined;
    this.#shown ??= this.#calls.map((call) => this.#shownAs(call));
    return this.#shown;
  }

  /** UTF-16 units of all results so far. */
  get resultLength(): number {
    return this.#calls.reduce((sum, { result }) => sum + (result?.length ?? 0), 0);
  }

  find(id: string): StoredCall | undefined {
    return this.#calls.find((call) => call.id === id);
  }

  /** What the message had before this run. */
  adopt(calls: readonly StoredCall[]): void {
    this.#calls = calls;
    this.#shown = undefined;
    this.kept(calls);
  }

  /** The store has them as they are here. */
  kept(calls: readonly StoredCall[]): void {
    for (const call of calls) this.#stored.add(call);
  }

  /** What the store does not have as it is here: shown, but not stored when the answer was cut. */
  get unkept(): readonly StoredCall[] {
    return this.#calls.filter((call) => !this.#stored.has(call));
  }

  /** New, or as it is now. */
  set(call: StoredCall): void {
    this.#madeAny = true;
    const at = this.#calls.findIndex(({ id }) => id === call.id);
    this.#calls = at === -1 ? [...this.#calls, call] : this.#calls.with(at, call);
    this.#shown = undefined;
  }

  /** What was under way when the answer ended. */
  stop(now: number): void {
    for (const call of this.#calls)
      if (!isOver(call.state)) this.set({ ...call, state: 'stopped', endedAt: now });
    this.#askers.clear();
  }

  /** Calls that wait for a person. */
  get asking(): readonly StoredCall[] {
    return this.#calls.filter(({ id, state }) => state === 'asking' && this.#askers.has(id));
  }

  /**
   * A person's word on a call, or null once nobody is waited for. Never settles when neither comes: wait for the end of the
   * answer too.
   */
  verdict(id: string): Promise<boolean | null> {
    if (this.#asksNobody) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#askers.set(id, resolve);
    });
  }

  /** From now on no person is waited for; what waits for one stays as it is. */
  askNobody(): void {
    this.#asksNobody = true;
    for (const told of this.#askers.values()) told(null);
    this.#askers.clear();
  }

  #shownAs(call: StoredCall): ToolCall {
    const shown = this.#shownOf.get(call) ?? shownCall(call);
    this.#shownOf.set(call, shown);
    return shown;
  }

  /** False when this call does not wait, or not any more. */
  decide(id: string, isAllowed: boolean): boolean {
    const told = this.#askers.get(id);
    this.#askers.delete(id);
    told?.(isAllowed);
    return told !== undefined;
  }
}
