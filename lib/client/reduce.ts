import type { ServerEvent } from '#lib/wire/server-event.ts';
import { applyAck, applyRefused } from './answer-events.ts';
import { applyBatch, loseBatch } from './batch-events.ts';
import { applyChat, loseChat } from './chat-events.ts';
import { applyFlow } from './flow-events.ts';
import { applyState } from './generation-events.ts';
import { applyCurrent, applyFollowUps, applyOlder, applyPath } from './path-events.ts';
import type { ClientState } from './state.ts';
import { applyDelta } from './text-events.ts';
import { applyWelcome } from './welcome.ts';

/**
 * What the browser knows after an event of the server. Pure; the same object when nothing changed.
 * @param now milliseconds since 1970
 */
export function reduce(state: ClientState, event: ServerEvent, now: number): ClientState {
  switch (event.type) {
    case 'delta':
      return applyDelta(state, event);
    case 'state':
      return applyState(state, event, now);
    case 'path':
      return applyPath(state, event);
    case 'current':
      return applyCurrent(state, event);
    case 'older':
      return applyOlder(state, event);
    case 'follow-ups':
      return applyFollowUps(state, event);
    case 'chat':
      return applyChat(state, event);
    case 'chat-gone':
      return loseChat(state, event.chatId);
    case 'ack':
      return applyAck(state, event);
    case 'refused':
      return applyRefused(state, event);
    case 'models':
      return { ...state, models: event.models, defaultModel: event.defaultModel };
    case 'welcome':
      return applyWelcome(state, event, now);
    case 'gate':
      return { ...state, gate: { limit: event.limit, held: event.held, waiting: event.waiting } };
    case 'flow':
      return applyFlow(state, event, now);
    case 'race':
      return { ...state, race: event.race };
    case 'batch':
      return applyBatch(state, event);
    case 'batch-gone':
      return loseBatch(state, event.batchId);
    case 'tools':
      return { ...state, toolsets: event.toolsets, presets: event.presets };
    case 'beat':
    case 'bye':
      return state;
  }
}
