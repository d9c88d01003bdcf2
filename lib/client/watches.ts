import type { StoreApi } from 'zustand/vanilla';
import type { ClientMessage } from '#lib/wire/client-message.ts';
import { forgetChat, notLive } from './chat-events.ts';
import { type ClientState, loadingPath, without, withPath } from './state.ts';

export interface WatchesPorts {
  store: StoreApi<ClientState>;
  /** @returns false when there is no connection to carry it */
  transmit: (message: ClientMessage) => boolean;
}

/** Milliseconds for which a chat stays watched when its last viewer leaves: going back and forth costs nothing. */
const LINGER_MS = 2_000;
/** Milliseconds after which an unanswered watch is asked again. */
const PATIENCE_MS = 10_000;
/** Chats that are kept though nobody looks at them. */
const KEPT = 20;
/** Running answers whose offsets fit into one watch. */
const MAX_HAVE = 64;

type Timer = ReturnType<typeof setTimeout>;

/** Which chats are looked at, and that the server keeps exactly those up to date. */
export class Watches {
  readonly #ports: WatchesPorts;
  readonly #viewers = new Map<string, number>();
  readonly #lingering = new Map<string, Timer>();
  /** Watches that this connection has asked for and that are not answered; the timer asks again. */
  readonly #asked = new Map<string, Timer>();
  /** Oldest first. */
  readonly #recent = new Set<string>();

  constructor(ports: WatchesPorts) {
    this.#ports = ports;
  }

  /** @returns ends this view */
  add(chatId: string): () => void {
    this.#viewers.set(chatId, (this.#viewers.get(chatId) ?? 0) + 1);
    clearTimeout(this.#lingering.get(chatId));
    this.#lingering.delete(chatId);
    this.#ports.store.setState((state) => {
      const next = { ...state, watched: { ...state.watched, [chatId]: true as const } };
      return chatId in state.paths ? next : withPath(next, chatId, loadingPath);
    });
    this.refresh();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#leave(chatId);
    };
  }

  /** Asks for every watched path that is not kept up to date or has missed something. Call after any change. */
  refresh(): void {
    const { watched, paths, stale } = this.#ports.store.getState();
    for (const chatId of Object.keys(watched)) {
      const path = paths[chatId] ?? loadingPath;
      const isWanted = chatId in stale || (!path.live && path.phase !== 'gone');
      if (isWanted && !this.#asked.has(chatId) && !this.#isComing(chatId)) this.#ask(chatId);
    }
  }

  answered(chatId: string): void {
    clearTimeout(this.#asked.get(chatId));
    this.#asked.delete(chatId);
  }

  /** @param afterMs milliseconds to wait before asking again */
  refused(chatId: string, afterMs: number): void {
    this.answered(chatId);
    this.#again(chatId, afterMs);
  }

  /** A new connection keeps nothing up to date yet. */
  reset(): void {
    for (const timer of this.#asked.values()) clearTimeout(timer);
    this.#asked.clear();
    this.#ports.store.setState((state) => ({
      ...notLive(state),
      requests: state.requests.filter(({ message }) => message.type !== 'older'),
    }));
  }

  #leave(chatId: string): void {
    const viewers = (this.#viewers.get(chatId) ?? 1) - 1;
    if (viewers > 0) {
      this.#viewers.set(chatId, viewers);
      return;
    }
    this.#viewers.delete(chatId);
    this.#lingering.set(
      chatId,
      setTimeout(() => this.#unwatch(chatId), LINGER_MS),
    );
  }

  #unwatch(chatId: string): void {
    this.#lingering.delete(chatId);
    this.answered(chatId);
    this.#ports.transmit({ type: 'unwatch', chatId });
    this.#ports.store.setState((state) => {
      const requests = state.requests.filter(
        ({ message }) => message.type !== 'older' || message.chatId !== chatId,
      );
      const outbox = state.outbox.filter((pending) => pending.chatId !== chatId || !pending.acked);
      const next = {
        ...state,
        requests,
        outbox: outbox.length === state.outbox.length ? state.outbox : outbox,
      };
      return { ...notLive(next, chatId), watched: without(state.watched, chatId) };
    });
    this.#keep(chatId);
  }

  /** The least recently seen paths go first. */
  #keep(chatId: string): void {
    this.#recent.delete(chatId);
    this.#recent.add(chatId);
    const { watched } = this.#ports.store.getState();
    const idle = [...this.#recent].filter((id) => !(id in watched));
    for (const id of idle.slice(0, Math.max(0, idle.length - KEPT))) {
      this.#recent.delete(id);
      this.#ports.store.setState((state) => forgetChat(state, id));
    }
  }

  /** The server does not know the chat before the message that begins it is confirmed. */
  #isComing(chatId: string): boolean {
    const { chats, outbox } = this.#ports.store.getState();
    return !(chatId in chats) && outbox.some((one) => one.chatId === chatId && one.opensChat && !one.acked);
  }

  #ask(chatId: string): void {
    const { paths, texts, stale } = this.#ports.store.getState();
    const path = paths[chatId] ?? loadingPath;
    const isWhole = stale[chatId] === 'whole' || path.phase !== 'ready';
    const have = Object.values(texts)
      .filter((text) => text.chatId === chatId)
      .slice(0, MAX_HAVE)
      .map((live) => ({
        generation: live.generation,
        text: live.text.length,
        reasoning: live.reasoning.length,
      }));
    const isSent = this.#ports.transmit(
      isWhole ? { type: 'watch', chatId } : { type: 'watch', chatId, revision: path.revision, have },
    );
    if (isSent) this.#again(chatId, PATIENCE_MS);
  }

  #again(chatId: string, afterMs: number): void {
    const retry = () => {
      this.#asked.delete(chatId);
      this.refresh();
    };
    this.#asked.set(chatId, setTimeout(retry, afterMs));
  }
}
