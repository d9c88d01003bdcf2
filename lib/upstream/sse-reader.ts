import { UpstreamFailure } from './model.ts';

const usualLimit = 16 * 1024 * 1024;

/**
 * Reads `text/event-stream` as WHATWG defines it, from bytes cut anywhere. One call of `onEvent` per event that has
 * data, in order, from inside `feed` or `end`.
 *
 * Cheap for the usual chunk (whole characters, LF, one line of data per event): one decoding, one search per line.
 */
export class SseReader {
  readonly #onEvent: (data: string, name: string) => void;
  readonly #limit: number;
  /** The first bytes of a character whose last ones have not come. */
  #partial: Buffer | null = null;
  #line = '';
  #data: string | null = null;
  #name = '';
  #atStart = true;
  #afterCr = false;

  /** @param limit the most UTF-16 units of one event or comment */
  constructor(onEvent: (data: string, name: string) => void, limit: number = usualLimit) {
    this.#onEvent = onEvent;
    this.#limit = limit;
  }

  /** @throws UpstreamFailure `answer_too_large`, and whatever `onEvent` throws */
  feed(bytes: Buffer): void {
    this.#scan(this.#normal(this.#decode(bytes)));
  }

  /** The last event counts also when its blank line never came. Nothing may be fed afterwards. */
  end(): void {
    if (this.#line !== '') this.#field(this.#line, 0, this.#line.length);
    this.#line = '';
    this.#dispatch();
  }

  #decode(bytes: Buffer): string {
    if (this.#partial === null && (bytes.at(-1) ?? 0) < 0x80) return bytes.toString();
    const all = this.#partial === null ? bytes : Buffer.concat([this.#partial, bytes]);
    const whole = all.length - unfinished(all);
    this.#partial = whole === all.length ? null : Buffer.from(all.subarray(whole));
    return all.toString('utf8', 0, whole);
  }

  /** Without the byte order mark, and with LF for every line end, also for a CRLF cut in the middle. */
  #normal(decoded: string): string {
    if (decoded === '') return decoded;
    let text = decoded;
    if (this.#atStart) {
      this.#atStart = false;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    if (this.#afterCr && text.charCodeAt(0) === 10) text = text.slice(1);
    this.#afterCr = decoded.charCodeAt(decoded.length - 1) === 13;
    return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  }

  #scan(text: string): void {
    let from = 0;
    let to = text.indexOf('\n');
    if (to >= 0 && this.#line !== '') {
      const line = this.#line + text.slice(0, to);
      this.#line = '';
      this.#take(line, 0, line.length);
      from = to + 1;
      to = text.indexOf('\n', from);
    }
    for (; to >= 0; to = text.indexOf('\n', from)) {
      this.#take(text, from, to);
      from = to + 1;
    }
    if (from < text.length) this.#line += from === 0 ? text : text.slice(from);
    if (this.#line.length + (this.#data?.length ?? 0) > this.#limit)
      throw new UpstreamFailure('answer_too_large', {
        message: 'one event is larger than all that is allowed',
      });
  }

  #take(text: string, from: number, to: number): void {
    if (from === to) this.#dispatch();
    else this.#field(text, from, to);
  }

  #field(text: string, from: number, to: number): void {
    if (text.startsWith('data:', from)) {
      const value = text.slice(text.charCodeAt(from + 5) === 32 ? from + 6 : from + 5, to);
      this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
      return;
    }
    const line = text.slice(from, to);
    if (line.startsWith('event:')) this.#name = line.slice(line.charCodeAt(6) === 32 ? 7 : 6);
    else if (line === 'data') this.#data = this.#data === null ? '' : `${this.#data}\n`;
    else if (line === 'event') this.#name = '';
  }

  #dispatch(): void {
    const data = this.#data;
    const name = this.#name;
    this.#data = null;
    this.#name = '';
    if (data !== null) this.#onEvent(data, name);
  }
}

/** How many bytes at the end begin a character that needs more of them; 0 to 3. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOf(lead: number): number {
  if (lead >= 0xf0) return lead <= 0xf4 ? 4 : 1;
  return lead >= 0xe0 ? 3 : 2;
}
