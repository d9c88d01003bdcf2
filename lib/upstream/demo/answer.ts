import type { ChatRequest } from './request.ts';
import type { FinishReason } from './shapes.ts';

/** The field of a delta that carries text. */
export type TextField = 'content' | 'reasoning_content' | 'reasoning' | 'refusal';

export type Headers = Readonly<Record<string, string>>;

/**
 * What a script can do to one call. Streamed and collected (`stream: false`) answers both are one, so that a script is
 * written once; what is about bytes on the wire has no effect on a collected answer.
 *
 * Everything that waits rejects with `ClientGone` when the client leaves. Time is absolute: `sleep` counts from the
 * moment the last sleep was due, so that pace does not drift.
 */
export interface Answer {
  readonly request: ChatRequest;
  /** Sends headers and the role chunk; without it the first delta does. */
  head(): void;
  /** One chunk of text. Throws `LimitReached` when `max_tokens` deltas were sent. */
  delta(text: string, field?: TextField): void;
  /** One chunk with any choice in it, for shapes that `delta` cannot make. `text` is what a reader should read in it. */
  choice(choice: object, text?: string): void;
  /** Sends status and headers alone, before `raw` bytes that are no events. */
  open(status: number, headers: Headers): void;
  /** Bytes as they are, outside all framing. `text` is what a reader should read in them. */
  raw(bytes: string | Uint8Array, text?: string): void;
  finish(reason: FinishReason): void;
  /** The usage chunk if it was asked for, then `[DONE]`. */
  done(): void;
  /** Ends the body cleanly. `whole`: it said all it had to; without it, whether `finish` or `done` came before. */
  end(whole?: boolean): void;
  /** `finish`, `done`, `end`. */
  complete(reason?: FinishReason): void;
  /** Closes the connection in the middle of the body, without its last chunk. */
  hangUp(): void;
  /** Closes the connection with RST. */
  reset(): void;
  /** A whole answer that is no stream. `text` is what a reader should read in it. */
  reply(status: number, headers: Headers, body: string | Uint8Array, text?: string): void;
  sleep(ms: number): Promise<void>;
  /** Waits until a test releases the key. */
  held(key: string): Promise<void>;
  /** Waits until what was written so far has left this process, or a moment when there is nothing to wait for. */
  drained(): Promise<void>;
  /** Says nothing more and keeps the socket open. */
  silence(): Promise<never>;
}

export class ClientGone extends Error {}
export class LimitReached extends Error {}
