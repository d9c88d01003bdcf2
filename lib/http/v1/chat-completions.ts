import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiCalls } from '#lib/jobs/api-calls.ts';
import { type AnswerPorts, type Asked, streamedAnswer, wholeAnswer } from './chat-answer.ts';
import { type ChatRequest, chatRequest, settingsOf } from './chat-request.ts';
import { errorAnswers, jsonOf } from './documented.ts';
import { jsonBody } from './json-body.ts';
import { chatCompletion } from './shapes.ts';
import { userIdOf, type V1App, type V1Env } from './v1-env.ts';

export interface ChatCompletionsParts extends Pick<AnswerPorts, 'newId' | 'now'> {
  calls: ApiCalls;
  /** An error that came after the answer had begun. */
  report: (error: unknown) => void;
}

const route = createRoute({
  method: 'post',
  path: '/chat/completions',
  tags: ['Chat'],
  summary: 'Ask a model for an answer',
  description:
    'Waits for its turn at the gate as the chats of the key’s owner do. With `stream` the answer comes as server-sent events ' +
    'that end with `data: [DONE]`; an error after the first of them is an event `{"error": …}`, and the last. ' +
    '`n` answers are `n` calls. Hanging up cuts the call.',
  request: { body: { required: true, content: jsonOf(chatRequest) } },
  responses: {
    200: {
      description: 'The answer, or with `stream` a `text/event-stream` of `chat.completion.chunk` objects.',
      content: jsonOf(chatCompletion),
    },
    ...errorAnswers,
  },
});

export function createChatCompletions(parts: ChatCompletionsParts): V1App {
  const app = new OpenAPIHono<V1Env>();
  app.openAPIRegistry.registerPath(route);
  app.post('/chat/completions', async (c) => {
    const request = await jsonBody(c, chatRequest);
    const asked = askedOf(userIdOf(c), parts.calls.chatModel(request.model), request);
    const ports = { ...parts, left: c.req.raw.signal, hangUp: () => hangUp(c) };
    if (request.stream !== true) return c.json(await wholeAnswer(asked, ports));
    return c.body(await streamedAnswer(asked, ports), 200, streamHeaders);
  });
  return app;
}

const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  // Proxies that gather an answer before they pass it on leave this one alone.
  'X-Accel-Buffering': 'no',
  // Without it the Node server looks for a second chunk before it sends the first.
  'Transfer-Encoding': 'chunked',
};

function hangUp(c: Context<V1Env>): void {
  c.env.outgoing.destroy();
}

function askedOf(userId: string, model: string, request: ChatRequest): Asked {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? null;
  return {
    call: {
      userId,
      model,
      request: {
        messages: request.messages,
        settings: settingsOf(request),
        ...(maxTokens === null ? {} : { maxTokens }),
      },
    },
    n: request.n ?? 1,
    model: request.model,
    includeUsage: request.stream_options?.include_usage === true,
  };
}
