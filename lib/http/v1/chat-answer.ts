import type { ApiCalls } from '#lib/jobs/api-calls.ts';
import { type Delta, deltas, type Ending, goOn, usageOf } from './answer-parts.ts';
import { apiErrorOf } from './api-error.ts';
import { type Choice, ChunkOutbox } from './chunk-outbox.ts';

export interface Asked {
  call: Omit<Parameters<ApiCalls['complete']>[0], 'signal'>;
  /** How many answers. */
  n: number;
  /** As the caller named it. */
  model: string;
  includeUsage: boolean;
}

export interface AnswerPorts {
  calls: Pick<ApiCalls, 'complete'>;
  newId: () => string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Aborts when the caller leaves. */
  left: AbortSignal;
  /** Closes the connection under the answer. */
  hangUp: () => void;
  /** An error that is nobody's business but ours. */
  report: (error: unknown) => void;
}

type Take = (index: number, delta: Delta) => void;

/** The answers, and the way to cut them all: when one fails, the others are of no use. */
function ask({ call, n }: Asked, { calls, newId, left }: AnswerPorts, take: Take) {
  const cut = new AbortController();
  const signal = AbortSignal.any([left, cut.signal]);
  const endings = Array.from({ length: n }, (_, index) =>
    calls.complete(
      { ...call, signal },
      deltas((delta) => take(index, delta), newId),
    ),
  );
  const all = Promise.all(endings);
  all.catch((error: unknown) => cut.abort(error));
  return { endings, all, cut: () => cut.abort() };
}

function headOf(object: string, { model }: Asked, { newId, now }: AnswerPorts) {
  return { id: `chatcmpl-${newId().replaceAll('-', '')}`, object, created: Math.floor(now() / 1000), model };
}

/** @throws whatever a call throws */
export async function wholeAnswer(asked: Asked, ports: AnswerPorts) {
  const messages: Delta[] = Array.from({ length: asked.n }, () => ({}));
  const { all } = ask(asked, ports, (index, delta) => add(messages[index] ?? {}, delta));
  const endings = await all;
  const choices = endings.map(({ finish }, index) => ({
    index,
    message: messageOf(messages[index] ?? {}),
    logprobs: null,
    finish_reason: finish,
  }));
  const usage = usageOf(endings);
  return { ...headOf('chat.completion', asked, ports), choices, ...(usage === null ? {} : { usage }) };
}

function add(so: Delta, { content, reasoning_content, tool_calls: calls }: Delta): void {
  if (content !== undefined) so.content = (so.content ?? '') + content;
  if (reasoning_content !== undefined)
    so.reasoning_content = (so.reasoning_content ?? '') + reasoning_content;
  for (const call of calls ?? []) {
    const known = so.tool_calls?.find(({ index }) => index === call.index);
    if (known === undefined) so.tool_calls = [...(so.tool_calls ?? []), call];
    else goOn(known, call);
  }
}

function messageOf({ content, reasoning_content, tool_calls: calls }: Delta) {
  const inOrder = calls?.toSorted((one, other) => one.index - other.index);
  return {
    role: 'assistant',
    content: content ?? (inOrder === undefined ? '' : null),
    refusal: null,
    ...(reasoning_content === undefined ? {} : { reasoning_content }),
    ...(inOrder === undefined ? {} : { tool_calls: inOrder.map(({ index: _, ...call }) => call) }),
  };
}

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const done = 'data: [DONE]\n\n';

/**
 * The answers as server-sent events, once the first of them has begun: until then a failure is an answer of its own. Later
 * ones travel as an event, as OpenAI does it, and nothing follows them.
 * @throws whatever a call throws before that
 */
export async function streamedAnswer(asked: Asked, ports: AnswerPorts): Promise<ReadableStream<Uint8Array>> {
  const head = headOf('chat.completion.chunk', asked, ports);
  const usageField = asked.includeUsage ? { usage: null } : {};
  const chunk = ({ index, delta, finish_reason }: Choice) =>
    event({ ...head, choices: [{ index, delta, logprobs: null, finish_reason }], ...usageField });
  const begun = Promise.withResolvers<void>();
  const speaking = new Set<number>();
  const outbox = new ChunkOutbox({ frame: chunk, gone: () => cut(), stuck: ports.hangUp });
  const speak = (index: number) => {
    if (speaking.has(index)) return;
    speaking.add(index);
    outbox.push(index, { role: 'assistant', content: '' });
    begun.resolve();
  };
  const { endings, all, cut } = ask(asked, ports, (index, delta) => {
    speak(index);
    outbox.push(index, delta);
  });
  for (const [index, ending] of endings.entries()) {
    ending.then(
      ({ finish }) => {
        speak(index);
        outbox.finish(index, finish);
      },
      // Told once, by `all`.
      () => undefined,
    );
  }
  const ended = all.then(
    (ends) => outbox.end((asked.includeUsage ? lastChunk(head, ends) : '') + done),
    (error: unknown) => {
      if (speaking.size === 0) throw error;
      if (!ports.left.aborted) ports.report(error);
      outbox.end(event(apiErrorOf(error).body));
    },
  );
  await Promise.race([begun.promise, ended]);
  return outbox.readable;
}

function lastChunk(head: object, endings: readonly Ending[]): string {
  return event({ ...head, choices: [], usage: usageOf(endings) });
}
