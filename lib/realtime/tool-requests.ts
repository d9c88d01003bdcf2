import { decide } from '#lib/generation/decide.ts';
import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { RequestPorts } from './requests.ts';

/** The tools that there are, as people see them. */
export interface ToolSight {
  readonly sight: ServerEventOf<'tools'>;
  /** Asks what is down again; what comes of it is told to everybody. */
  look(): void;
}

type Done = Promise<Record<string, never>>;

export const toolHandlers = {
  async equip(
    { store, publish, turns }: RequestPorts,
    userId: string,
    { chatId, tools }: ClientMessageOf<'equip'>,
  ): Done {
    await turns.take({ userId, chatId }, async () => {
      publish.chat(userId, await store.equip(userId, chatId, [...new Set(tools)]));
    });
    return {};
  },

  async decide(ports: RequestPorts, userId: string, request: ClientMessageOf<'decide'>): Done {
    await decide(userId, request, ports);
    return {};
  },

  async 'look-for-tools'({ tools }: RequestPorts): Done {
    tools.look();
    return {};
  },
};
