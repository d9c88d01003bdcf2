import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import { encodeClientMessage } from '#lib/wire/codec.ts';
import { limits } from '#lib/wire/protocol.ts';
import type { OpenRequest, Pending, RefusedPending } from './state.ts';

type AnswerRequest = ClientMessageOf<'send'> | ClientMessageOf<'regenerate'> | ClientMessageOf<'continue'>;

export function toMessage(pending: Pending): AnswerRequest {
  const {
    requestId,
    chatId,
    messageId,
    replyId,
    generationId,
    text = '',
    model = '',
    replaces,
    equip,
  } = pending;
  const also = pending.also === undefined ? {} : { also: pending.also };
  if (pending.kind === 'continue') return { type: 'continue', requestId, chatId, messageId, generationId };
  if (pending.kind === 'regenerate') {
    return { type: 'regenerate', requestId, chatId, messageId, replyId, generationId, model, ...also };
  }
  const ids = { requestId, chatId, messageId, replyId, generationId };
  const more = { ...(replaces === undefined ? {} : { replaces }), ...(equip === undefined ? {} : { equip }) };
  return { type: 'send', ...ids, text, model, ...also, ...more };
}

/** Why the server would not take it, said before it is sent; null when it would. */
export function tooLong(message: AnswerRequest | OpenRequest['message']): RefusedPending | null {
  if (!('text' in message || 'prompts' in message)) return null;
  const length = 'text' in message ? message.text.length : 0;
  const number = new Intl.NumberFormat('en');
  if (length > limits.textLength) {
    const words = `This has ${number.format(length)} characters; at most ${number.format(limits.textLength)} can be sent.`;
    return { code: 'too_long', message: `${words} Shorten it and send it again.`, retryAfterMs: null };
  }
  const bytes = new TextEncoder().encode(encodeClientMessage(message)).length;
  if (bytes <= limits.frameBytes) return null;
  const words = `This takes ${number.format(bytes)} bytes; at most ${number.format(limits.frameBytes)} can be sent.`;
  return { code: 'too_long', message: `${words} Shorten it and send it again.`, retryAfterMs: null };
}
