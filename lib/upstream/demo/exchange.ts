import type { ServerResponse } from 'node:http';
import type { Alarm } from './alarm.ts';
import { ClientGone, type Headers, LimitReached, type TextField } from './answer.ts';
import type { Latches } from './latch.ts';
import type { Call, Ledger } from './record.ts';
import type { ChatRequest } from './request.ts';

/** What an answer stands on: the socket, the clock, the waiting points and the book. */
export interface Ground {
  readonly response: ServerResponse;
  readonly request: ChatRequest;
  readonly call: Call;
  readonly ledger: Ledger;
  readonly alarm: Alarm;
  readonly latches: Latches;
}

const clientGone = new ClientGone('the client closed its socket');
const limitReached = new LimitReached('max_tokens deltas were sent');

/** The part of an answer that does not care how its text is framed. */
export class Exchange {
  readonly request: ChatRequest;
  protected readonly ground: Ground;
  /** Set once the answer said that it is whole: what the client does after that is no abort. */
  protected whole = false;
  #due = performance.now();
  #gone = false;
  #leave: (() => void) | null = null;

  constructor(ground: Ground) {
    this.ground = ground;
    this.request = ground.request;
    const { response } = ground;
    const socket = response.socket;
    const gone = () => this.#close();
    // The response's own `close` comes a poll phase after the FIN or RST was read; a call that the client gave up must
    // not count as open beside the next one.
    socket?.once('end', gone).once('error', gone);
    response.once('close', () => {
      socket?.off('end', gone).off('error', gone);
      gone();
    });
    if (response.destroyed || socket?.destroyed === true) gone();
  }

  open(status: number, headers: Headers): void {
    this.ground.call.status = status;
    this.ground.response.writeHead(status, headers).flushHeaders();
  }

  hangUp(): void {
    this.settle('failed');
    this.ground.response.socket?.end();
  }

  reset(): void {
    this.settle('failed');
    this.ground.response.socket?.resetAndDestroy();
  }

  reply(status: number, headers: Headers, body: string | Uint8Array, text = ''): void {
    const { response, call } = this.ground;
    call.status = status;
    call.sentText += text;
    this.settle(status < 400 ? 'finished' : 'failed');
    response.writeHead(status, headers).end(body);
  }

  sleep(ms: number): Promise<void> {
    this.#due += ms;
    return this.#pause((go) => this.ground.alarm.at(this.#due, go));
  }

  async held(key: string): Promise<void> {
    const { latches, ledger } = this.ground;
    await this.#pause((go) => {
      const leave = latches.wait(key, go);
      ledger.changed();
      return leave;
    });
    this.#due = performance.now();
  }

  async drained(): Promise<void> {
    const { response } = this.ground;
    await this.#pause((go) => {
      if (response.writableNeedDrain) {
        response.once('drain', go);
        return () => response.off('drain', go);
      }
      const soon = setImmediate(go);
      return () => clearImmediate(soon);
    });
  }

  async silence(): Promise<never> {
    await this.#pause(() => () => undefined);
    throw clientGone;
  }

  /** Counts one delta and its text. Throws `LimitReached` when there is no room for it. */
  protected note(text: string, field: TextField): void {
    const { call, request } = this.ground;
    if (call.sentDeltas >= request.maxTokens) throw limitReached;
    call.sentDeltas += 1;
    if (field === 'content') call.sentText += text;
    else if (field !== 'refusal') call.sentReasoning += text;
  }

  protected settle(outcome: 'finished' | 'failed' | 'aborted'): void {
    this.ground.ledger.settle(this.ground.call, outcome);
  }

  #close(): void {
    this.#gone = true;
    this.settle(this.whole ? 'finished' : 'aborted');
    this.#leave?.();
  }

  #pause(arm: (go: () => void) => () => void): Promise<void> {
    if (this.#gone) return Promise.reject(clientGone);
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#leave = null;
        resolve();
      };
      const disarm = arm(go);
      this.#leave = () => {
        disarm();
        reject(clientGone);
      };
    });
  }
}
