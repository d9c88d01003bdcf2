import type { Finish } from '#lib/wire/chat.ts';
import {
  type Fields,
  finishOf,
  isFields,
  ownChoice,
  reasoningOf,
  textOf,
  toolCallsOf,
  usageOf,
} from './completion-chunk.ts';
import { complaintFailure, readComplaint } from './failures.ts';
import { type ModelEnding, type ModelSink, UpstreamFailure } from './model.ts';
import type { ToolCallDelta } from './model-request.ts';

/** UTF-16 units of text, reasoning and arguments of tools together. */
export const usualMostChars = 10 * 1024 * 1024;

export interface AnswerWatch {
  /** With every piece of text, reasoning or a call of a tool. */
  content(): void;
  /** When `finish_reason` came. */
  finished(): void;
}

/**
 * One answer, read from the events of its stream: passes on the deltas and knows whether it is whole. The truth table:
 * a `finish_reason` or `[DONE]` makes it complete, the end of the bytes does not.
 */
export class Answer {
  readonly #sink: ModelSink;
  readonly #watch: AnswerWatch;
  readonly #mostChars: number;
  #chars = 0;
  #hasText = false;
  #callsTools = false;
  #finish: Finish | null = null;
  #done = false;
  #usage: ModelEnding['usage'] = null;

  constructor(sink: ModelSink, watch: AnswerWatch, mostChars: number = usualMostChars) {
    this.#sink = sink;
    this.#watch = watch;
    this.#mostChars = mostChars;
  }

  /** `[DONE]` was seen: nothing that follows counts. */
  get isDone(): boolean {
    return this.#done;
  }

  get isComplete(): boolean {
    return this.#done || this.#finish !== null;
  }

  /** One event of the stream. @throws UpstreamFailure */
  event(data: string, name: string): void {
    if (this.#done) return;
    if (data.length < 16) {
      const word = data.trim();
      if (word === '[DONE]') this.#done = true;
      if (word === '' || this.#done) return;
    }
    if (name === 'error') throw toldFailure(readError(data));
    this.#chunk(parsed(data));
  }

  /** The whole body, where a server answers with one JSON completion instead of a stream. @throws UpstreamFailure */
  whole(body: string): void {
    const completion = parsed(body);
    this.#chunk(completion);
    if (!isFields(completion) || ownChoice(completion.choices) === null) {
      throw new UpstreamFailure('upstream_malformed', { message: 'a JSON answer without a choice' });
    }
    this.#done = true;
  }

  /** @throws UpstreamFailure `upstream_truncated`, `empty_answer` */
  ending(): ModelEnding {
    if (!this.isComplete) {
      const message = 'the stream ended without finish_reason and [DONE]';
      throw new UpstreamFailure('upstream_truncated', { retryable: true, message });
    }
    const said = this.#finish ?? 'stop';
    // Some servers end a call of tools with the usual word.
    const finish = said === 'stop' && this.#callsTools ? 'tool_calls' : said;
    if (!this.#hasText && finish === 'stop') throw new UpstreamFailure('empty_answer');
    return { finish, usage: this.#usage };
  }

  #chunk(chunk: unknown): void {
    if (!isFields(chunk)) return;
    if (chunk.error !== undefined && chunk.error !== null) throw toldFailure(chunk.error);
    if (chunk.object === 'error') throw toldFailure(chunk);
    if (isFields(chunk.usage)) this.#usage = usageOf(chunk.usage) ?? this.#usage;
    const choice = ownChoice(chunk.choices);
    if (choice !== null) this.#choice(choice);
  }

  #choice(choice: Fields): void {
    const delta = choice.delta ?? choice.message;
    if (isFields(delta)) {
      this.#pass('reasoning', reasoningOf(delta));
      this.#pass('text', textOf(delta));
      if (delta.tool_calls !== undefined) toolCallsOf(delta).forEach(this.#passCall, this);
    }
    const finish = finishOf(choice);
    if (finish === 'error') throw toldFailure(null);
    if (finish === null) return;
    this.#finish = finish;
    this.#watch.finished();
  }

  #passCall(call: ToolCallDelta): void {
    this.#chars += (call.arguments ?? '').length + (call.name ?? '').length;
    if (this.#chars > this.#mostChars) throw new UpstreamFailure('answer_too_large');
    this.#callsTools = true;
    this.#sink.toolCall?.(call);
    this.#watch.content();
  }

  #pass(channel: 'text' | 'reasoning', delta: string): void {
    if (delta === '') return;
    const room = this.#mostChars - this.#chars;
    if (delta.length > room) {
      const fitting = delta.slice(0, wholeLength(delta, room));
      if (fitting !== '') this.#sink[channel](fitting);
      throw new UpstreamFailure('answer_too_large');
    }
    this.#chars += delta.length;
    if (channel === 'text') this.#hasText = true;
    this.#sink[channel](delta);
    this.#watch.content();
  }
}

/** No character cut in half. */
function wholeLength(text: string, most: number): number {
  const unit = most > 0 ? text.charCodeAt(most - 1) : 0;
  return unit >= 0xd800 && unit <= 0xdbff ? most - 1 : most;
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // The parser's own message quotes the text, which belongs to a person and to no log.
    throw new UpstreamFailure('upstream_malformed', { message: 'an event is not JSON' });
  }
}

/** The data of an event named `error`: an error object, bare or wrapped, or a sentence. */
function readError(data: string): unknown {
  try {
    const value: unknown = JSON.parse(data);
    return isFields(value) && value.error ? value.error : value;
  } catch {
    return data;
  }
}

const toldFailure = (error: unknown) => complaintFailure(readComplaint(error));
