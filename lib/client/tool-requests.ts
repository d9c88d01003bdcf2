import type { StoreApi } from 'zustand/vanilla';
import type { Generation } from '#lib/wire/chat.ts';
import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import type { Equipment } from '#lib/wire/tool.ts';
import type { Outgoing } from './outgoing.ts';
import type { ClientState } from './state.ts';

export interface ToolRequestPorts {
  store: StoreApi<ClientState>;
  outgoing: Outgoing;
  newId: () => string;
}

/** What people can ask for about tools. */
export class ToolRequests {
  readonly #ports: ToolRequestPorts;

  constructor(ports: ToolRequestPorts) {
    this.#ports = ports;
  }

  /** What the chat that is begun next begins with; null for nothing. */
  choose(equipment: Equipment | null): void {
    this.#ports.store.setState({ newEquipment: equipment });
  }

  /** What was chosen, for the chat that is being begun; it is used up. */
  take(opensChat: boolean): { equip?: Equipment } {
    const { newEquipment: equip } = this.#ports.store.getState();
    if (!opensChat || equip === null) return {};
    this.choose(null);
    return { equip };
  }

  /** The toolsets of a chat from the next answer on. */
  equip(chatId: string, tools: string[]): void {
    const { outbox } = this.#ports.store.getState();
    const coming = outbox.find((one) => one.chatId === chatId && one.opensChat && !one.acked);
    const request = { type: 'equip' as const, requestId: this.#ports.newId(), chatId, tools };
    this.#ports.outgoing.request(request, coming?.requestId);
  }

  /** A person's word on a call. The first one stands. */
  decide(
    { chatId, id: generationId }: Generation,
    callId: string,
    verdict: ClientMessageOf<'decide'>['verdict'],
  ): void {
    if (decided(this.#ports.store.getState(), callId)) return;
    const requestId = this.#ports.newId();
    this.#ports.outgoing.request({ type: 'decide', requestId, chatId, generationId, callId, verdict });
  }

  /** Asks servers that are down once more; only over a living connection, since the menu is open now. */
  look(): void {
    const { connection, requests } = this.#ports.store.getState();
    const isAsked = requests.some(({ message }) => message.type === 'look-for-tools');
    if (connection.phase !== 'open' || isAsked) return;
    this.#ports.outgoing.request({ type: 'look-for-tools', requestId: this.#ports.newId() });
  }
}

/** Whether a word on this call is on its way. */
export function decided({ requests }: Pick<ClientState, 'requests'>, callId: string): boolean {
  return requests.some(({ message }) => message.type === 'decide' && message.callId === callId);
}
