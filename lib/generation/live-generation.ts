import type { Checkpoint, EndedGeneration, StoredGeneration } from '#lib/store/chat-store.ts';
import type { Way } from '#lib/telemetry/way.ts';
import { type Ending, type Generation, type GenerationState, isEnding } from '#lib/wire/chat.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import { CallLog } from './call-log.ts';
import type { Kit } from './kit.ts';
import { TextLog } from './text-log.ts';

/** Why a generation is cut short from our side: `stop` is a person's, `drain` the process going down. */
export type AbortCause = 'stop' | 'drain';

/** Somebody who reads along. Called in the tick of the change; must not throw. */
export interface Reader {
  grew(): void;
}

/** One answer being made: its text, its state and who reads along. Knows nothing of sockets and databases. */
export class LiveGeneration {
  readonly id: string;
  readonly userId: string;
  readonly chatId: string;
  readonly messageId: string;
  readonly parentId: string;
  readonly model: string;
  readonly kind: 'reply' | 'continue';
  readonly queuedAt: number;
  /** Whether it answers the first message of the chat, so that the chat may need a title. */
  readonly opensChat: boolean;
  readonly text: TextLog;
  readonly reasoning: TextLog;
  readonly calls = new CallLog();
  /** False: its chat has neither tools nor instructions. */
  readonly isEquipped: boolean;
  /** Null until it is opened. */
  kit: Kit | null = null;

  /** Calls made so far, without those that were turned away. */
  attempts: number;
  /** See `Generation.fallback`. */
  fallback: string | null;
  /** Whether it has come to the gate: until then the gate does not count it. */
  isAtGate = false;
  /** When the next try is due, ms since 1970, while it retries. */
  retriesAt = 0;
  startedAt: number | null = null;
  firstTokenAt: number | null = null;
  endedAt: number | null = null;
  /** Where its time goes; null for what is only buried. */
  way: Way | null = null;
  usage: { tokensIn: number; tokensOut: number } | null = null;
  deltas = 0;
  #roundFrom = 0;
  /** Over once no checkpoint of it is under way; never rejects. */
  keeping: Promise<unknown> = Promise.resolve();

  #state: GenerationState = { name: 'queued', position: null, etaMs: null };
  readonly #readers = new Set<Reader>();
  readonly #abort = new AbortController();
  readonly #kept: { text: number; reasoning: number; startedAt: number | null };

  constructor(stored: StoredGeneration & { fallback?: string | null }) {
    this.id = stored.id;
    this.userId = stored.userId;
    this.chatId = stored.chatId;
    this.messageId = stored.messageId;
    this.parentId = stored.parentId;
    this.model = stored.model;
    this.kind = stored.kind;
    this.queuedAt = stored.queuedAt;
    this.attempts = stored.attempts;
    this.fallback = stored.fallback ?? null;
    this.opensChat = stored.opensChat;
    this.isEquipped = stored.equipped;
    this.text = new TextLog(stored.text);
    this.reasoning = new TextLog(stored.reasoning);
    this.#kept = { text: stored.text.length, reasoning: stored.reasoning.length, startedAt: null };
  }

  get state(): GenerationState {
    return this.#state;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get abortCause(): AbortCause | null {
    return this.#abort.signal.aborted ? (this.#abort.signal.reason as AbortCause) : null;
  }

  /** Whether this run has brought anything: from here on it is not begun anew. */
  get hasBegun(): boolean {
    return this.deltas > 0 || this.calls.madeAny;
  }

  /** Whether the present model call has brought anything: from here on it is not replayed. */
  get hasBegunRound(): boolean {
    return this.deltas > this.#roundFrom;
  }

  /** The next model call is another one. */
  nextRound(): void {
    this.#roundFrom = this.deltas;
  }

  /** Where its calls go: the lane of the gate and the model's id. */
  get lane(): string {
    return this.fallback ?? this.model;
  }

  enter(state: GenerationState): void {
    if (isEnding(this.#state)) throw new Error(`generation ${this.id} has ended: ${this.#state.name}`);
    this.#state = state;
  }

  /** Has failed, and will be tried again in `ms`. */
  retryIn(ms: number, code: FailureCode, now: number): void {
    this.retriesAt = now + ms;
    this.enter({ name: 'retrying', attempt: this.attempts + 1, inMs: Math.round(ms), code });
  }

  append(channel: 'text' | 'reasoning', delta: string): void {
    this.deltas += 1;
    if (!this[channel].append(delta)) return;
    for (const reader of this.#readers) reader.grew();
  }

  /** A piece of a call has come, which is not readable yet. */
  called(): void {
    this.deltas += 1;
  }

  /** No more text is coming; the last of it becomes readable. */
  closeText(): void {
    this.text.close();
    this.reasoning.close();
    for (const reader of this.#readers) reader.grew();
  }

  read(reader: Reader): void {
    this.#readers.add(reader);
  }

  unread(reader: Reader): void {
    this.#readers.delete(reader);
  }

  abort(cause: AbortCause): void {
    this.#abort.abort(cause);
  }

  /** @param now milliseconds since 1970: what is left of a countdown counts from here */
  view(now: number = Date.now()): Generation {
    const state = this.#state;
    const isCounting = state.name === 'retrying';
    return {
      id: this.id,
      chatId: this.chatId,
      messageId: this.messageId,
      model: this.model,
      fallback: this.fallback,
      state: isCounting ? { ...state, inMs: Math.max(0, Math.round(this.retriesAt - now)) } : state,
      attempts: this.attempts,
      queuedAt: this.queuedAt,
      startedAt: this.startedAt,
      firstTokenAt: this.firstTokenAt,
      endedAt: this.endedAt,
      tokensIn: this.usage?.tokensIn ?? null,
      tokensOut: this.usage?.tokensOut ?? null,
      ...(this.calls.shown === undefined ? {} : { calls: this.calls.shown }),
    };
  }

  /** What the store does not have yet; null when it has all. */
  unkept(): Checkpoint | null {
    const pieces: Checkpoint['pieces'] = [];
    for (const channel of ['text', 'reasoning'] as const) {
      const at = this.#kept[channel];
      if (this[channel].length > at) pieces.push({ channel, at, text: this[channel].slice(at) });
    }
    if (pieces.length === 0 && this.startedAt === this.#kept.startedAt) return null;
    return {
      generation: this.id,
      fallback: this.fallback,
      attempts: this.attempts,
      startedAt: this.startedAt,
      firstTokenAt: this.firstTokenAt,
      pieces,
    };
  }

  /** The store has this checkpoint now. */
  keep(checkpoint: Checkpoint): void {
    this.#kept.startedAt = checkpoint.startedAt;
    for (const piece of checkpoint.pieces) this.#kept[piece.channel] = piece.at + piece.text.length;
  }

  ended(ending: Ending, endedAt: number): EndedGeneration {
    return {
      id: this.id,
      state: ending.name,
      finish: ending.name === 'done' ? ending.finish : null,
      code: 'code' in ending ? ending.code : null,
      text: this.text.toString(),
      reasoning: this.reasoning.toString(),
      fallback: this.fallback,
      attempts: this.attempts,
      startedAt: this.startedAt,
      firstTokenAt: this.firstTokenAt,
      endedAt,
      tokensIn: this.usage?.tokensIn ?? null,
      tokensOut: this.usage?.tokensOut ?? null,
    };
  }
}
