import type { Answer, TextField } from './answer.ts';
import { Exchange, type Ground } from './exchange.ts';
import { chunkOf, type FinishReason, type Stem, stemOf, usageOf } from './shapes.ts';
import { deltaFramer, doneFrame, frameOf, sseHeaders } from './sse.ts';

/** An answer as server-sent events. */
export class StreamedAnswer extends Exchange implements Answer {
  readonly #stem: Stem;
  readonly #frame: (field: string, text: string) => string;

  constructor(ground: Ground) {
    super(ground);
    this.#stem = stemOf(ground.call);
    this.#frame = deltaFramer(this.#stem, ground.request.includeUsage);
  }

  head(): void {
    if (this.ground.response.headersSent) return;
    this.#writeHead();
    this.#chunk([
      { index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
    ]);
  }

  delta(text: string, field: TextField = 'content'): void {
    this.head();
    this.note(text, field);
    this.ground.response.write(this.#frame(field, text));
  }

  choice(choice: object, text = ''): void {
    this.head();
    this.ground.call.sentText += text;
    this.#chunk([choice]);
  }

  raw(bytes: string | Uint8Array, text = ''): void {
    this.#writeHead();
    this.ground.call.sentText += text;
    this.ground.response.write(bytes);
  }

  finish(reason: FinishReason): void {
    this.head();
    this.whole = true;
    this.#chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: reason }]);
  }

  done(): void {
    this.head();
    this.whole = true;
    const { response, request, call } = this.ground;
    if (request.includeUsage)
      response.write(frameOf(chunkOf(this.#stem, [], { usage: usageOf(request, call) })));
    response.write(doneFrame);
  }

  end(whole = this.whole): void {
    this.head();
    // Before the last byte leaves: whoever reads it may open the next call at once.
    this.settle(whole ? 'finished' : 'failed');
    this.ground.response.end();
  }

  complete(reason: FinishReason = 'stop'): void {
    this.finish(reason);
    this.done();
    this.end();
  }

  #writeHead(): void {
    const { response, call } = this.ground;
    if (response.headersSent) return;
    call.status = 200;
    response.writeHead(200, { ...sseHeaders, 'x-request-id': `req_${call.id}` });
  }

  #chunk(choices: readonly unknown[]): void {
    const more = this.request.includeUsage ? { usage: null } : {};
    this.ground.response.write(frameOf(chunkOf(this.#stem, choices, more)));
  }
}
