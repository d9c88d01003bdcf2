import type { Answer, TextField } from './answer.ts';
import { Exchange } from './exchange.ts';
import { completionOf, type FinishReason, stemOf, usageOf } from './shapes.ts';

/** An answer for `stream: false`: gathered, then sent as one JSON body. */
export class CollectedAnswer extends Exchange implements Answer {
  #finish: string | null = null;
  readonly #more: Record<string, unknown> = {};

  head(): void {
    // Nothing of a collected answer leaves before its end.
  }

  delta(text: string, field: TextField = 'content'): void {
    this.note(text, field);
    if (field !== 'content') this.#more[field] = `${this.#more[field] ?? ''}${text}`;
  }

  choice(choice: object, text = ''): void {
    this.ground.call.sentText += text;
    if ('message' in choice && typeof choice.message === 'object') Object.assign(this.#more, choice.message);
  }

  raw(_bytes: string | Uint8Array, text = ''): void {
    this.ground.call.sentText += text;
  }

  finish(reason: FinishReason): void {
    this.whole = true;
    this.#finish = reason;
  }

  done(): void {
    this.whole = true;
  }

  /** A cut answer is the first half of its body. */
  end(whole = this.whole): void {
    const { request, call } = this.ground;
    const parts = {
      text: call.sentText,
      more: this.#more,
      finish: this.#finish,
      usage: usageOf(request, call),
    };
    const body = JSON.stringify(completionOf({ stem: stemOf(call), ...parts }));
    const sent = whole ? body : body.slice(0, body.length / 2);
    call.status = 200;
    this.settle(whole ? 'finished' : 'failed');
    const headers = { 'content-type': 'application/json', 'x-request-id': `req_${call.id}` };
    this.ground.response.writeHead(200, headers).end(sent);
  }

  complete(reason: FinishReason = 'stop'): void {
    this.finish(reason);
    this.done();
    this.end();
  }
}
