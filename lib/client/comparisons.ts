import type { StoreApi } from 'zustand/vanilla';
import { pathRunningView } from './activity-view.ts';
import { answersAsked } from './compared.ts';
import { furtherReplies, type Making, newPending } from './new-pending.ts';
import type { Outgoing } from './outgoing.ts';
import type { ClientState } from './state.ts';

export interface ComparisonsPorts extends Making {
  store: StoreApi<ClientState>;
  outgoing: Outgoing;
  stop: (chatId: string, generationId: string) => void;
}

/** Answers side by side: asked for, stopped together, and one of them kept. */
export class Comparisons {
  readonly #ports: ComparisonsPorts;

  constructor(ports: ComparisonsPorts) {
    this.#ports = ports;
  }

  /** Further answers beside one that there is, one for each model. */
  with(chatId: string, messageId: string, [model, ...others]: readonly string[]): void {
    if (model === undefined) return;
    const { store, outgoing, newId } = this.#ports;
    const also = furtherReplies(others, newId) ?? [];
    outgoing.add(
      newPending({ kind: 'regenerate', chatId, messageId, model, also }, store.getState(), this.#ports),
    );
  }

  /** The chat goes on from this answer. Asked twice, the last one counts. */
  keep(chatId: string, messageId: string): void {
    const { store, outgoing, newId } = this.#ports;
    // The server does not know an answer before the request for it is confirmed.
    const asked = answersAsked(store.getState().outbox).find(
      (one) => one.replyId === messageId && !one.acked,
    );
    outgoing.request({ type: 'keep', requestId: newId(), chatId, messageId }, asked?.requestId);
  }

  /** This answer and its siblings. */
  show(chatId: string, messageId: string): void {
    this.#ports.outgoing.request({ type: 'compare', requestId: this.#ports.newId(), chatId, messageId });
  }

  /** Everything that is being made on what is shown of the chat. */
  stopAll(chatId: string): void {
    for (const { id } of pathRunningView(this.#ports.store.getState(), chatId)) this.#ports.stop(chatId, id);
  }
}
