import type { StoreApi } from 'zustand/vanilla';
import type { ClientMessage } from '#lib/wire/client-message.ts';
import { changed } from './answer-events.ts';
import type { Notice } from './notice.ts';
import type { Outbox } from './outbox.ts';
import { toMessage, tooLong } from './requests.ts';
import type { ClientState, OpenRequest, Pending } from './state.ts';
import { disown } from './welcome.ts';

export interface OutgoingPorts {
  store: StoreApi<ClientState>;
  outbox: Outbox;
  /** @returns false when there is no connection to carry it */
  transmit: (message: ClientMessage) => boolean;
  tell: (notice: Notice) => void;
}

/** What the person asked for, until the server has answered it: sent at once, and again after every reconnect. */
export class Outgoing {
  readonly #ports: OutgoingPorts;
  /** Requests that this connection has carried already. */
  readonly #sent = new Set<string>();

  constructor(ports: OutgoingPorts) {
    this.#ports = ports;
    let saved = ports.store.getState().outbox;
    ports.store.subscribe(({ outbox }) => {
      if (outbox === saved) return;
      saved = outbox;
      ports.outbox.save(outbox);
    });
  }

  /** A request for an answer: kept on disk first, then sent. */
  add(pending: Pending): void {
    const refused = tooLong(toMessage(pending)) ?? undefined;
    this.#setOutbox((outbox) => [...outbox, { ...pending, refused }]);
    this.flush();
  }

  /** Takes over what a tab that is gone has left. */
  adopt(left: Pending[]): void {
    const { userId } = this.#ports.store.getState();
    this.#setOutbox((outbox) => {
      const known = new Set(outbox.map((pending) => pending.requestId));
      const fresh = left.filter((pending) => !known.has(pending.requestId));
      return [...outbox, ...(userId === null ? fresh : fresh.map((pending) => disown(pending, userId)))];
    });
    this.flush();
  }

  retry(requestId: string): void {
    const entry = this.#find(requestId);
    if (entry?.refused === undefined) return;
    const refused = tooLong(toMessage(entry)) ?? undefined;
    const { userId } = this.#ports.store.getState();
    this.#setOutbox((outbox) => changed(outbox, requestId, (pending) => ({ ...pending, refused, userId })));
    this.#sent.delete(requestId);
    this.flush();
  }

  /** Null when it may have arrived: then it can only be waited for. */
  drop(requestId: string): Pending | null {
    const entry = this.#find(requestId);
    if (entry === undefined || (entry.sentOnce && entry.refused === undefined)) return null;
    this.#setOutbox((outbox) => outbox.filter((pending) => pending !== entry));
    return entry;
  }

  request(message: OpenRequest['message'], after: string | null = null): void {
    const refused = tooLong(message);
    if (refused !== null) {
      const chat = 'chatId' in message ? { chatId: message.chatId } : {};
      const text = 'text' in message ? { text: message.text } : {};
      this.#ports.tell({
        kind: 'refused',
        message: refused.message,
        code: refused.code,
        ...chat,
        ...text,
      });
      return;
    }
    this.#ports.store.setState(({ requests }) => ({ requests: [...requests, { message, after }] }));
    this.flush();
  }

  /** A new connection knows of nothing. What was refused because the server went down is tried again. */
  resend(): void {
    this.#sent.clear();
    this.#setOutbox((outbox) =>
      outbox.some((pending) => pending.refused?.code === 'draining')
        ? outbox.map((one) => (one.refused?.code === 'draining' ? { ...one, refused: undefined } : one))
        : outbox,
    );
    this.flush();
  }

  /** Sends what this connection has not carried yet, in the order in which it was asked for. */
  flush(): void {
    const { outbox, requests, connection } = this.#ports.store.getState();
    if (connection.phase !== 'open') return;
    const waiting = new Set<string>();
    for (const pending of outbox) {
      if (pending.acked) continue;
      waiting.add(pending.requestId);
      if (pending.refused === undefined) this.#sendPending(pending);
    }
    for (const { message, after } of requests) {
      if (after !== null && waiting.has(after)) continue;
      this.#once(message.requestId, () => this.#ports.transmit(message));
    }
  }

  #sendPending(pending: Pending): void {
    if (this.#sent.has(pending.requestId)) return;
    const ready = { ...pending, model: this.#modelOf(pending), sentOnce: true };
    if (!pending.sentOnce || pending.model !== ready.model) {
      // On disk before on the wire: what may have arrived is never offered as unsent.
      this.#setOutbox((outbox) => changed(outbox, pending.requestId, () => ready));
    }
    this.#once(pending.requestId, () => this.#ports.transmit(toMessage(ready)));
  }

  /** Who writes before the page knows the models means the one that is used anyway. */
  #modelOf({ chatId, model }: Pending): string | undefined {
    const { chats, defaultModel } = this.#ports.store.getState();
    return model === '' ? (chats[chatId]?.model ?? defaultModel) : model;
  }

  #once(requestId: string, transmit: () => boolean): void {
    if (!this.#sent.has(requestId) && transmit()) this.#sent.add(requestId);
  }

  #find(requestId: string): Pending | undefined {
    return this.#ports.store.getState().outbox.find((pending) => pending.requestId === requestId);
  }

  #setOutbox(change: (outbox: Pending[]) => Pending[]): void {
    this.#ports.store.setState(({ outbox }) => ({ outbox: change(outbox) }));
  }
}
