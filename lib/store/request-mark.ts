import { createHash } from 'node:crypto';
import type { BeginRequest } from './chat-store.ts';

/** Tells whether two requests with the same ids ask for the same; what was stored may have been edited since. */
export function requestMark(request: BeginRequest): string {
  return createHash('sha256')
    .update(JSON.stringify(fields(request)))
    .digest('base64url');
}

function fields(request: BeginRequest): unknown[] {
  const { kind, chatId, messageId, generationId } = request;
  const common = [kind, chatId, messageId, generationId];
  if (request.kind === 'continue') return common;
  if (request.kind === 'regenerate') return [...common, request.replyId, request.model, ...also(request)];
  return [
    ...common,
    request.replyId,
    request.model,
    request.replaces ?? null,
    request.text,
    ...also(request),
  ];
}

/** Nothing where there is none: marks of such requests are stored already. */
function also(request: Exclude<BeginRequest, { kind: 'continue' }>): string[][] {
  return request.also === undefined
    ? []
    : [request.also.flatMap(({ replyId, generationId, model }) => [replyId, generationId, model])];
}
