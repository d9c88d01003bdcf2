import type { StoreApi } from 'zustand/vanilla';
import type { Message } from '#lib/wire/chat.ts';
import type { ClientState, Pending } from './state.ts';

export interface MessageText {
  text: string;
  reasoning: string;
}

export interface PainterPorts {
  store: StoreApi<ClientState>;
  /** Calls back before the next paint, with milliseconds on any steady clock; never while the page is hidden. */
  requestFrame: (paint: (time: number) => void) => void;
}

/** Paints of one arriving text per second when it is alone; n of them share the work, at 1/√n of it each. */
const FRAMES_PER_SECOND = 30;

/** Frames come at 60 or more a second and never exactly on time. */
const TOLERANCE_MS = 4;

/** A paint that takes longer than a frame leaves the page as much time again for everything else, up to this. */
const LONGEST_REST_MS = 500;
const FRAME_MS = 1000 / 60;

const nothing: MessageText = { text: '', reasoning: '' };

/**
 * Decides when arriving text is shown. Texts are applied the moment they arrive; what is painted follows animation
 * frames, all messages in the same one, so that many streams stay smooth.
 */
export class Painter {
  readonly #ports: PainterPorts;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #shown = new Map<string, MessageText>();
  #paintedAt = Number.NEGATIVE_INFINITY;
  /** What the last paint took, beyond the frame that it had. */
  #excess = 0;
  #isScheduled = false;
  #isDue = false;
  #isMeasuring = false;
  #isUrgent = false;

  constructor(ports: PainterPorts) {
    this.#ports = ports;
    ports.store.subscribe((state, before) => {
      if (state.texts !== before.texts || state.paths !== before.paths) this.#changed(state);
    });
  }

  /** What is on the screen, the same object until the next paint. */
  read(messageId: string): MessageText {
    return this.#shown.get(messageId) ?? textOf(this.#ports.store.getState(), messageId);
  }

  subscribe(messageId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(messageId) ?? new Set();
    if (listeners.size === 0) this.#shown.set(messageId, textOf(this.#ports.store.getState(), messageId));
    this.#listeners.set(messageId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(messageId);
      this.#shown.delete(messageId);
    };
  }

  #changed(state: ClientState): void {
    for (const [messageId, shown] of this.#shown) {
      const text = textOf(state, messageId);
      if (isSame(text, shown)) continue;
      // Beginnings and endings are not made to wait.
      if (!(messageId in state.texts) || (shown.text === '' && shown.reasoning === '')) this.#isUrgent = true;
      this.#isDue = true;
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#ports.requestFrame((time) => this.#frame(time));
  }

  #frame(time: number): void {
    this.#isScheduled = false;
    // The frame after a paint comes late by what that paint took.
    if (this.#isMeasuring) this.#excess = Math.max(0, time - this.#paintedAt - FRAME_MS);
    this.#isMeasuring = false;
    if (!this.#isDue) return;
    const state = this.#ports.store.getState();
    const arriving = [...this.#shown.keys()].filter((id) => id in state.texts).length;
    const fair = (1000 / FRAMES_PER_SECOND) * Math.sqrt(Math.max(1, arriving));
    const interval = Math.max(fair, Math.min(LONGEST_REST_MS, 2 * this.#excess));
    if (!this.#isUrgent && time - this.#paintedAt < interval - TOLERANCE_MS) return this.#schedule();
    this.#isUrgent = false;
    this.#isDue = false;
    this.#paintedAt = time;
    this.#paint(state);
    this.#isMeasuring = true;
    this.#schedule();
  }

  #paint(state: ClientState): void {
    for (const [messageId, shown] of [...this.#shown]) {
      const text = textOf(state, messageId);
      if (isSame(text, shown)) continue;
      this.#shown.set(messageId, text);
      for (const listener of this.#listeners.get(messageId) ?? []) listener();
    }
  }
}

function isSame(a: MessageText, b: MessageText): boolean {
  return a === b || (a.text === b.text && a.reasoning === b.reasoning);
}

const indexes = new WeakMap<readonly Message[], ReadonlyMap<string, Message>>();
const typed = new WeakMap<Pending, MessageText>();

function textOf(state: ClientState, messageId: string): MessageText {
  const live = state.texts[messageId];
  if (live !== undefined) return live;
  for (const path of Object.values(state.paths)) {
    const message = indexOf(path.messages).get(messageId) ?? indexOf(path.beside).get(messageId);
    if (message !== undefined) return message;
  }
  const pending = state.outbox.find((one) => one.kind === 'send' && one.messageId === messageId);
  return pending === undefined ? nothing : typedText(pending);
}

function indexOf(messages: readonly Message[]): ReadonlyMap<string, Message> {
  const known = indexes.get(messages);
  if (known !== undefined) return known;
  const index = new Map(messages.map((message) => [message.id, message]));
  indexes.set(messages, index);
  return index;
}

function typedText(pending: Pending): MessageText {
  const known = typed.get(pending);
  if (known !== undefined) return known;
  const text = { text: pending.text ?? '', reasoning: '' };
  typed.set(pending, text);
  return text;
}
