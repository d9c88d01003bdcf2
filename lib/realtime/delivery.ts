import type { LiveGeneration } from '#lib/generation/live-generation.ts';
import type { Generation } from '#lib/wire/chat.ts';
import { encodeEvent, joinFrame } from '#lib/wire/codec.ts';
import type { ServerEvent, ServerEventOf } from '#lib/wire/server-event.ts';
import { Cursor } from './cursor.ts';
import type { FlushWheel } from './flush-wheel.ts';
import type { Socket } from './socket.ts';
import { ToldCalls, withoutCalls } from './told-calls.ts';

/** Bytes that may wait in the socket before we stop adding to them. */
const LOW_WATER = 64 * 1024;
/** Characters of one frame. */
const FRAME = 128 * 1024;
/** Characters of events that may wait beside a first one; beyond that it comes back and starts from a snapshot. */
const MAX_WAITING = 4 * 1024 * 1024;
/** Milliseconds without a byte leaving before the reader counts as gone. */
const STALLED_MS = 15_000;

/** What must follow the text of an answer: sent only once the cursor is at the head. */
interface Tail {
  cursor: Cursor;
  event: ServerEvent;
}

/**
 * What one connection still has to get. Events wait here in order; text does not wait at all, it is read from the
 * answers when the socket has room. So a slow reader gets fewer and larger pieces and costs no memory.
 */
export class Delivery {
  readonly #socket: Socket;
  readonly #wheel: FlushWheel;
  readonly #clock: () => number;
  readonly #cursors = new Map<string, Cursor>();
  #events: (string | Tail)[] = [];
  /** Characters of the encoded ones among the events. */
  #waiting = 0;
  #states = new Map<string, Generation>();
  readonly #toldCalls = new ToldCalls();
  /** By what they are about: of these only the newest matters. */
  readonly #newest = new Map<string, ServerEvent>();
  #due: Cursor[] = [];
  #flushedAt = Number.NEGATIVE_INFINITY;
  #blockedSince: number | null = null;
  #blockedAt = 0;
  #scheduled = false;
  #closed = false;

  /** @param clock milliseconds, monotonic */
  constructor(socket: Socket, wheel: FlushWheel, clock: () => number) {
    this.#socket = socket;
    this.#wheel = wheel;
    this.#clock = clock;
  }

  push(event: ServerEvent): void {
    if (this.#closed) return;
    const encoded = encodeEvent(event);
    // One event always fits, however long the chat that it shows.
    const isCrowded = this.#waiting > 0 && this.#waiting + encoded.length > MAX_WAITING;
    if (isCrowded) return this.#tooSlow();
    this.#waiting += encoded.length;
    this.#events.push(encoded);
    this.#soon();
  }

  /** Takes the place of an earlier one about the same, which is its type or what is named, that has not left yet. */
  pushNewest(event: ServerEvent, about: string = event.type): void {
    if (this.#closed) return;
    this.#newest.set(about, event);
    this.#soon();
  }

  /** Only the newest state of a generation matters. What it has called is told to those who view it. */
  state(generation: LiveGeneration, isViewed: boolean): void {
    if (this.#closed) return;
    const view = generation.view();
    this.#states.set(generation.id, isViewed ? view : withoutCalls(view));
    this.#soon();
  }

  /** What was about to be told of it is over. */
  forgetState(id: string): void {
    this.#states.delete(id);
  }

  /** The ending follows the last of the text. */
  ended(id: string, event: ServerEvent): void {
    if (this.#closed) return;
    this.#states.delete(id);
    this.#toldCalls.forget(id);
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) return this.push(event);
    this.#cursors.delete(id);
    this.#events.push({ cursor, event });
    this.#soon();
  }

  /** The same to who does not view it: no revision, no calls. */
  endedUnseen(id: string, { type, generation }: ServerEventOf<'state'>): void {
    this.ended(id, { type, generation: withoutCalls(generation), revision: null });
  }

  /** Sends what comes from `have` on; from the head on when it is left out. */
  follow(generation: LiveGeneration, have?: { text: number; reasoning: number }): void {
    if (this.#closed) return;
    this.unfollow(generation.id);
    this.#toldCalls.forget(generation.id);
    const from = have ?? { text: Number.POSITIVE_INFINITY, reasoning: Number.POSITIVE_INFINITY };
    const cursor = new Cursor(generation, from, (due) => {
      this.#due.push(due);
      this.#soon();
    });
    this.#cursors.set(generation.id, cursor);
    if (!cursor.isAtHead) cursor.grew();
    // The snapshot beside it shows what there is.
    else generation.way?.reach('first_frame');
  }

  unfollow(id: string): void {
    this.#cursors.get(id)?.close();
    this.#cursors.delete(id);
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#closed) return;
    if (this.#socket.buffered > LOW_WATER) return this.#blocked();
    this.#blockedSince = null;
    this.#flushedAt = this.#clock();
    const frame: string[] = [];
    let room = this.#takeEvents(frame, FRAME);
    if (this.#events.length === 0) {
      this.#takeStates(frame);
      room = this.#takeText(frame, room);
    }
    if (frame.length > 0) this.#socket.send(joinFrame(frame));
    if (this.#events.length > 0 || this.#due.length > 0) this.#later();
  }

  close(): void {
    this.#closed = true;
    this.#wheel.remove(this);
    for (const cursor of this.#cursors.values()) cursor.close();
    this.#cursors.clear();
    this.#events = [];
    this.#waiting = 0;
    this.#due = [];
    this.#newest.clear();
  }

  /** At once when the last flush is a window ago, so that first tokens do not wait; else with the next tick. */
  #soon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const isQuiet = this.#wheel.isCalm && this.#clock() - this.#flushedAt >= this.#wheel.window;
    // After the current tick: what arrived in one read leaves in one frame.
    if (isQuiet) queueMicrotask(() => this.flush());
    else this.#wheel.add(this);
  }

  #later(): void {
    this.#scheduled = true;
    this.#wheel.add(this);
  }

  /** @returns the room that is left in the frame */
  #takeEvents(frame: string[], room: number): number {
    let left = room;
    let taken = 0;
    for (const event of this.#events) {
      if (left <= 0) break;
      if (typeof event !== 'string') {
        left = drainCursor(event.cursor, frame, left);
        if (!event.cursor.isAtHead) break;
        event.cursor.close();
      }
      const encoded = typeof event === 'string' ? event : encodeEvent(event.event);
      if (typeof event === 'string') this.#waiting -= event.length;
      frame.push(encoded);
      left -= encoded.length;
      taken += 1;
    }
    if (taken > 0) this.#events.splice(0, taken);
    return left;
  }

  #takeStates(frame: string[]): void {
    for (const generation of this.#states.values()) {
      frame.push(
        encodeEvent({ type: 'state', generation: this.#toldCalls.news(generation), revision: null }),
      );
    }
    this.#states.clear();
    for (const event of this.#newest.values()) frame.push(encodeEvent(event));
    this.#newest.clear();
  }

  #takeText(frame: string[], room: number): number {
    let left = room;
    const due = this.#due;
    this.#due = [];
    for (const cursor of due) {
      // The tail of an ended answer is among the events; an unwatched one has nobody who waits for it.
      if (this.#cursors.get(cursor.generation.id) !== cursor) continue;
      left = drainCursor(cursor, frame, left);
      cursor.isDue = !cursor.isAtHead;
      if (cursor.isDue) this.#due.push(cursor);
    }
    return left;
  }

  #blocked(): void {
    const now = this.#clock();
    const { buffered } = this.#socket;
    if (this.#blockedSince === null || buffered < this.#blockedAt) {
      this.#blockedSince = now;
      this.#blockedAt = buffered;
    }
    if (now - this.#blockedSince > STALLED_MS) this.#tooSlow();
    else this.#later();
  }

  #tooSlow(): void {
    this.close();
    this.#socket.close('tooSlow', 'this connection reads too slowly; come back and go on where you were');
  }
}

/** @returns the room that is left in the frame */
function drainCursor(cursor: Cursor, frame: string[], room: number): number {
  let left = room;
  while (left > 0) {
    const delta = cursor.next();
    if (delta === null) break;
    frame.push(delta);
    cursor.generation.way?.reach('first_frame');
    left -= delta.length;
  }
  return left;
}
