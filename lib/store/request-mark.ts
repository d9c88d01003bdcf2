import { createHash } from 'node:crypto';
import type { BeginRequest } from './chat-store.ts';

/** Tells whether two requests with the same ids ask for the same; what was stored may have been edited since. */
export function requestMark(request: BeginRequest): string {
  return createHash('sha256')
    .update(JSON.stringify(fields(request)))
    .digest('base64url');
}

function fields(request: BeginRequest): (string | null)[] {
  const { kind, chatId, messageId, generationId } = request;
  const common = [kind, chatId, messageId, generationId];
  if (request.kind === 'continue') return common;
  if (request.kind === 'regenerate') return [...common, request.replyId, request.model];
  return [...common, request.replyId, request.model, request.replaces ?? null, request.text];
}
