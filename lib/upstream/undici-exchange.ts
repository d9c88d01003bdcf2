import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { UpstreamFailure } from './model.ts';
import { resetHeaders } from './retry-after.ts';

/** Takes the body of an answer as it arrives; nothing is called after `end` or `error`. */
export interface Receiver {
  data(bytes: Buffer): void;
  end(): void;
  error(error: Error): void;
}

const mostErrorBytes = 64 * 1024;
const mostBytes = 8 * 1024 * 1024;
const longestReadMs = 5_000;
const headersUsed = [
  'content-type',
  'content-encoding',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  ...resetHeaders,
  'x-request-id',
];

/**
 * One request and its answer on undici's dispatch: no Node stream, no queue, no iterator between the socket and the
 * reader. Node's own timers are off: whoever owns the call has clocks.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #head = Promise.withResolvers<Response>();
  readonly #sent: () => void;
  #controller: Dispatcher.DispatchController | null = null;
  #receiver: Receiver | null = null;
  /** What came before there was a receiver: the rest of the packet that brought the headers. */
  #early: Buffer[] = [];
  #outcome: 'open' | 'ended' | 'closed' | Error = 'open';
  /** What `text` read: the words of a refusal. Never for people or logs. */
  said = '';

  /** @param sent called when a connection stands and takes the request */
  constructor(sent: () => void = () => undefined) {
    this.#sent = sent;
    // Whoever asks for the head hears of it; nobody may have asked yet when the call is closed.
    this.#head.promise.catch(() => undefined);
  }

  get isClosed(): boolean {
    return this.#outcome === 'closed';
  }

  /** Resolves with the status and the headers; the body goes to `receive`. Rejects with the network's error. */
  get head(): Promise<Response> {
    return this.#head.promise;
  }

  /** Call once, in the turn in which `head` resolved or a few microtasks later. */
  receive(receiver: Receiver): void {
    this.#receiver = receiver;
    for (const bytes of this.#early.splice(0)) {
      if (this.#outcome !== 'closed') receiver.data(bytes);
    }
    if (this.#outcome === 'ended') receiver.end();
    else if (this.#outcome instanceof Error) receiver.error(this.#outcome);
  }

  /** Destroys the socket unless the answer has ended; the receiver hears nothing more. */
  close(): void {
    if (this.#outcome !== 'open') return;
    this.#outcome = 'closed';
    this.#early = [];
    this.#controller?.abort(new Error('closed by Weir'));
    this.#head.reject(new Error('closed by Weir'));
  }

  /** The body as text, at most `most` bytes of it and for at most five seconds; then the socket is closed. */
  text(most: number): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const parts: Buffer[] = [];
    let size = 0;
    const finish = () => {
      clearTimeout(timer);
      this.close();
      this.said = Buffer.concat(parts).toString('utf8', 0, Math.min(size, most));
      resolve(this.said);
    };
    const timer = setTimeout(finish, longestReadMs);
    const data = (bytes: Buffer) => {
      parts.push(bytes);
      size += bytes.length;
      if (size >= most) finish();
    };
    const error = (cause: Error) => {
      clearTimeout(timer);
      reject(cause);
    };
    this.receive({ data, end: finish, error });
    return promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Closed while it still waited for a connection: nothing is written.
    if (this.#outcome === 'closed') controller.abort(new Error('closed by Weir'));
    else this.#sent();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    if (status > 599) {
      this.#head.reject(new UpstreamFailure('upstream_malformed', { message: `HTTP status ${status}` }));
      this.close();
      return;
    }
    this.#head.resolve(new Head(this, status, headers));
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#outcome !== 'open') return;
    if (this.#receiver === null) this.#early.push(bytes);
    else this.#receiver.data(bytes);
  }

  onResponseEnd(): void {
    if (this.#outcome !== 'open') return;
    this.#outcome = 'ended';
    this.#receiver?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#outcome !== 'open') return;
    this.#outcome = error;
    this.#head.reject(error);
    this.#receiver?.error(error);
  }
}

/** What the SDK needs of a Response. Its body is not a web stream: reading goes through the exchange. */
class Head extends Response {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange, status: number, all: IncomingHttpHeaders) {
    super(null, { status, headers: picked(all) });
    this.#exchange = exchange;
  }

  override async text(): Promise<string> {
    // Compressed although we said that we cannot read that: it must not be unpacked, and is no text.
    const encoded = (this.headers.get('content-encoding') ?? 'identity') !== 'identity';
    if (!encoded) return this.#exchange.text(this.ok ? mostBytes : mostErrorBytes);
    this.#exchange.close();
    return '';
  }

  override async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

function picked(all: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const name of headersUsed) {
    const value = all[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}
