import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { ClientState, OpenRequest } from './state.ts';

/** Something to tell a person once. `text` is given back when it lives nowhere else any more. */
export interface Notice {
  kind: 'refused' | 'info';
  message: string;
  chatId?: string;
  code?: string;
  text?: string;
  /** Of the request that was refused. */
  requestId?: string;
}

/** What to say about a refusal; null where there is nothing a person could do or would miss. */
export function noticeOf(state: ClientState, event: ServerEventOf<'refused'>): Notice | null {
  const { requestId, code, message } = event;
  if (requestId === null) return event.chatId === undefined ? { kind: 'refused', message, code } : null;
  const request = state.requests.find((one) => one.message.requestId === requestId)?.message;
  const pending = state.outbox.find((one) => one.requestId === requestId);
  const asked = request ?? pending;
  if (asked === undefined || pending?.acked || (request !== undefined && isQuiet(request, code))) return null;
  // It goes again by itself, and says so where it stands.
  if (code === 'draining' && pending?.kind === 'send') return null;
  const chat = 'chatId' in asked ? { chatId: asked.chatId } : {};
  const notice: Notice = {
    kind: code === 'draining' ? 'info' : 'refused',
    message,
    code,
    requestId,
    ...chat,
  };
  return request?.type === 'edit-follow-up' ? { ...notice, text: request.text } : notice;
}

function isQuiet({ type }: OpenRequest['message'], code: string): boolean {
  if (type === 'read' || type === 'older') return true;
  // What a lost answer makes us ask twice: the second time there is nothing left to do.
  if (type === 'stop' || type === 'stop-race') return code === 'not_running';
  if (type === 'delete' || type === 'withdraw-follow-up') return code === 'not_found';
  return type === 'release-follow-up' && code === 'conflict';
}
