import type { Socket } from 'node:net';
import { clockUs } from './clock.ts';
import type { Script } from './script.ts';
import type { Due } from './wheel.ts';
import { WordWriter } from './words.ts';

export interface PacedAnswerParts {
  id: string;
  model: string;
  script: Script;
  /** Whether the caller asked for `stream_options.include_usage`. */
  usage: boolean;
  /** The connection, behind headers that announce chunks. */
  socket: Socket;
  nowMs: number;
  /** Called for each token with how late it is, in milliseconds. */
  onToken: (lateMs: number) => void;
  onEnd: () => void;
  again: (answer: Due) => void;
}

/** Bytes waiting for a reader that does not read: more are not added. */
const MOST_WAITING = 64 * 1024;
const LATER_MS = 10;

/** One streaming chat completion, one event per token, as OpenAI's own server sends it. */
export class PacedAnswer implements Due {
  readonly #parts: PacedAnswerParts;
  readonly #words: WordWriter;
  readonly #head: string;
  readonly #tail: string;
  #isOver = false;
  dueMs: number;

  constructor(parts: PacedAnswerParts) {
    this.#parts = parts;
    this.#words = new WordWriter(parts.script.tokens);
    const created = Math.floor(Date.now() / 1_000);
    this.#head = `data: {"id":"${parts.id}","object":"chat.completion.chunk","created":${created},"model":"${parts.model}","service_tier":"default","system_fingerprint":"fp_bench","choices":[`;
    this.#tail = parts.usage ? '],"usage":null}\n\n' : ']}\n\n';
    this.dueMs = parts.nowMs + parts.script.firstMs;
  }

  abort(): void {
    this.#isOver = true;
  }

  fire(): void {
    if (this.#isOver) return;
    if (this.#parts.socket.writableLength > MOST_WAITING) return this.#at(clockUs() / 1_000 + LATER_MS);
    if (this.#words.written === 0) this.#delta('{"role":"assistant","content":"","refusal":null}', 'null');
    const nowUs = clockUs();
    this.#parts.onToken(nowUs / 1_000 - this.dueMs);
    this.#delta(`{"content":"${this.#words.next(nowUs)}"}`, 'null');
    const { nowMs, script } = this.#parts;
    if (this.#words.isDone) this.#end();
    else this.#at(nowMs + script.firstMs + this.#words.written * script.everyMs);
  }

  #at(dueMs: number): void {
    this.dueMs = dueMs;
    this.#parts.again(this);
  }

  #delta(delta: string, finish: string): void {
    this.#write(
      `${this.#head}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}${this.#tail}`,
    );
  }

  #end(): void {
    this.#isOver = true;
    this.#delta('{}', '"stop"');
    const { usage, script } = this.#parts;
    const counts = `{"prompt_tokens":8,"completion_tokens":${script.tokens},"total_tokens":${script.tokens + 8}}`;
    if (usage) this.#write(`${this.#head}],"usage":${counts}}\n\n`);
    this.#write('data: [DONE]\n\n');
    this.#parts.onEnd();
  }

  /** A chunk of our own making: cheaper than the response's, and the same on the wire. */
  #write(text: string): void {
    this.#parts.socket.write(`${text.length.toString(16)}\r\n${text}\r\n`, 'latin1');
  }
}
