import type { StoreApi } from 'zustand/vanilla';
import type { ClientMessage } from '#lib/wire/client-message.ts';
import { allActivityView } from './activity-view.ts';
import type { Outgoing } from './outgoing.ts';
import type { ClientState } from './state.ts';

export interface FlowPorts {
  store: StoreApi<ClientState>;
  outgoing: Outgoing;
  /** @returns false when there is no connection to carry it */
  transmit: (message: ClientMessage) => boolean;
  newId: () => string;
  stop: (chatId: string, generationId: string) => void;
}

/** What concerns all chats of a person at once, and the view of everything that runs. */
export class FlowRequests {
  readonly #ports: FlowPorts;
  #viewers = 0;

  constructor(ports: FlowPorts) {
    this.#ports = ports;
  }

  /** Keeps the flow up to date for as long as it is looked at. @returns ends this view */
  watch(): () => void {
    this.#viewers += 1;
    if (this.#viewers === 1) this.#ports.transmit({ type: 'flow', on: true });
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#viewers -= 1;
      if (this.#viewers === 0) this.#ports.transmit({ type: 'flow', on: false });
    };
  }

  /** Stops every answer of this person that runs or waits now, in every chat. */
  stopAll(): void {
    const { connection, outbox } = this.#ports.store.getState();
    if (connection.phase !== 'open') return this.#stopEach();
    // The server may not know these yet.
    const coming = outbox.filter(({ acked, refused }) => !acked && refused === undefined);
    for (const { chatId, generationId } of coming) this.#ports.stop(chatId, generationId);
    if (!this.#isAsked('stop-all')) this.#request({ type: 'stop-all', requestId: this.#ports.newId() });
  }

  /** One race per person at a time. Only over a living connection: nobody wants one that begins some day. */
  race(model: string, prompts: string[]): void {
    if (this.#ports.store.getState().connection.phase !== 'open' || this.#isAsked('race')) return;
    this.#request({ type: 'race', requestId: this.#ports.newId(), model, prompts });
  }

  /** Over a living connection too: later it might be another race. */
  stopRace(): void {
    if (this.#ports.store.getState().connection.phase !== 'open') return;
    if (!this.#isAsked('stop-race')) this.#request({ type: 'stop-race', requestId: this.#ports.newId() });
  }

  /** A new connection knows of no viewer. */
  resubscribe(): void {
    if (this.#viewers > 0) this.#ports.transmit({ type: 'flow', on: true });
  }

  /**
   * The connection is gone, and with it the answers to what must not be asked twice: a race would run again, and
   * `stop-all` and `stop-race` would stop what is begun from now on.
   */
  lost(): void {
    const wasStopping = this.#isAsked('stop-all');
    this.#ports.store.setState(({ requests }) => ({
      requests: requests.filter(({ message }) => !['race', 'stop-race', 'stop-all'].includes(message.type)),
    }));
    if (wasStopping) this.#stopEach();
  }

  #stopEach(): void {
    for (const { chatId, id } of allActivityView(this.#ports.store.getState())) this.#ports.stop(chatId, id);
  }

  #request(message: Parameters<Outgoing['request']>[0]): void {
    this.#ports.outgoing.request(message);
  }

  #isAsked(type: 'stop-all' | 'race' | 'stop-race'): boolean {
    return this.#ports.store.getState().requests.some(({ message }) => message.type === type);
  }
}
