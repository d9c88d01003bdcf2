import type { OpenAI } from 'openai';
import { Answer } from './answer.ts';
import { type Clock, Clocks, clockFailure, type Limits } from './clocks.ts';
import type { Dialect } from './dialect.ts';
import { networkFailure } from './failures.ts';
import { type ModelEnding, type ModelSink, UpstreamFailure } from './model.ts';
import type { ModelRequest } from './model-request.ts';
import { refusedStatus, sdkFailure } from './openai-failures.ts';
import { SseReader } from './sse-reader.ts';
import { Exchange, type Receiver } from './undici-exchange.ts';
import type { ExchangeOptions } from './undici-fetch.ts';

export interface CallGround {
  client: OpenAI;
  dialect: Dialect;
  limits: Limits;
  /** UTF-16 units of one answer. */
  mostChars: number;
}

/** For the end of the body after `[DONE]`, so that the connection can be used again. */
const goodbyeMs = 50;
const mostJsonBytes = 32 * 1024 * 1024;

/** One logical call: settles once, and then the socket is free or closed and the sink is left alone. */
export class OpenAiCall implements Receiver {
  readonly #ground: CallGround;
  readonly #signal: AbortSignal;
  readonly #sink: ModelSink;
  readonly #answer: Answer;
  readonly #clocks: Clocks;
  readonly #reader: SseReader;
  readonly #outcome = Promise.withResolvers<ModelEnding>();
  /** Parts of an answer that came as one JSON document; null for a stream. */
  #json: Buffer[] | null = null;
  #jsonBytes = 0;
  #exchange: Exchange | null = null;
  #goodbye: NodeJS.Timeout | undefined;
  #isSettled = false;

  constructor(ground: CallGround, sink: ModelSink, signal: AbortSignal) {
    this.#ground = ground;
    this.#signal = signal;
    this.#sink = sink;
    this.#clocks = new Clocks(ground.limits, (clock) => this.#expired(clock));
    this.#answer = new Answer(sink, this.#clocks, ground.mostChars);
    this.#reader = new SseReader((data, name) => this.#answer.event(data, name));
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  run(model: string, request: ModelRequest): Promise<ModelEnding> {
    void this.#open(model, request);
    return this.#outcome.promise;
  }

  readonly #abort = () => this.#settle(() => this.#outcome.reject(this.#signal.reason));

  async #open(model: string, request: ModelRequest): Promise<void> {
    const { client, dialect } = this.#ground;
    const body = dialect.body(model, request);
    const exchange = new Exchange(() => this.#clocks.connected());
    this.#exchange = exchange;
    const fetchOptions: ExchangeOptions = { exchange, redirect: 'manual' };
    try {
      // Not by `chat.completions.create`: its types know the fields of OpenAI alone.
      const response = await client
        .post('/chat/completions', { body, stream: true, fetchOptions })
        .asResponse();
      if (this.#isSettled) return;
      this.#readAs(response.headers);
      this.#sink.headers?.();
      exchange.receive(this);
    } catch (error) {
      if (this.#isSettled) return;
      const status = refusedStatus(error);
      if (status !== null && dialect.learn(body, status, exchange.said)) return this.#open(model, request);
      this.#fail(sdkFailure(error, exchange.said));
    }
  }

  /** @throws UpstreamFailure for a body that is no answer */
  #readAs(headers: Headers): void {
    const encoding = headers.get('content-encoding') ?? 'identity';
    const type = (headers.get('content-type') ?? '').toLowerCase();
    if (encoding !== 'identity' || type.startsWith('text/html')) {
      throw new UpstreamFailure('upstream_malformed', { message: 'neither an event stream nor JSON' });
    }
    if (type.startsWith('application/json')) this.#json = [];
  }

  data(bytes: Buffer): void {
    if (this.#isSettled) return;
    try {
      if (this.#json === null) this.#reader.feed(bytes);
      else this.#collect(this.#json, bytes);
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#answer.isDone) this.#goodbye ??= setTimeout(() => this.#complete(), goodbyeMs);
  }

  end(): void {
    if (this.#isSettled) return;
    try {
      if (this.#json === null) this.#reader.end();
      else this.#answer.whole(Buffer.concat(this.#json).toString());
      this.#complete();
    } catch (error) {
      this.#fail(this.#json === null ? cutShort(error) : error);
    }
  }

  error(error: Error): void {
    this.#fail(networkFailure(error) ?? error);
  }

  #collect(parts: Buffer[], bytes: Buffer): void {
    parts.push(bytes);
    this.#jsonBytes += bytes.length;
    if (this.#jsonBytes > mostJsonBytes) throw new UpstreamFailure('answer_too_large');
  }

  #expired(clock: Clock): void {
    const failure = clockFailure(clock);
    if (failure === null) this.#complete();
    else this.#fail(failure);
  }

  #complete(): void {
    this.#settle(() => {
      try {
        this.#outcome.resolve(this.#answer.ending());
      } catch (failure) {
        this.#outcome.reject(failure);
      }
    });
  }

  /** What goes wrong behind `finish_reason` takes nothing from the answer. */
  #fail(error: unknown): void {
    if (this.#answer.isComplete && error instanceof UpstreamFailure) return this.#complete();
    this.#settle(() => this.#outcome.reject(error));
  }

  #settle(tell: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#clocks.stop();
    clearTimeout(this.#goodbye);
    this.#signal.removeEventListener('abort', this.#abort);
    this.#exchange?.close();
    tell();
  }
}

/** The last event, without its blank line: when it is no JSON it was cut. */
function cutShort(error: unknown): unknown {
  if (!(error instanceof UpstreamFailure) || error.code !== 'upstream_malformed') return error;
  const message = 'the stream ended inside an event';
  return new UpstreamFailure('upstream_truncated', { retryable: true, message });
}
