import type { IncomingMessage, ServerResponse } from 'node:http';
import { Alarm } from './alarm.ts';
import { type Control, controlOf, controlRoute } from './control.ts';
import { demoEmbeddingModel, demoModel, demoThinkingModel } from './demo.ts';
import type { Choice } from './directive.ts';
import { defaultDimensions } from './embed.ts';
import { playEmbeddings } from './embeddings.ts';
import { Latches } from './latch.ts';
import { afterTimes, chatPart, chosen, embeddingPart, type Part, perform, usualChat } from './play.ts';
import { type CallKind, Ledger } from './record.ts';
import { errorBody, Refusal } from './refusal.ts';
import { type ChatRequest, chatRequest, embeddingRequest, lastUserText, readFields } from './request.ts';
import { scripts } from './scripts.ts';

export interface DemoOptions {
  /** Plays scripts, keeps the last calls and, over HTTP, answers `/control`. Off: nothing but the demo. */
  readonly control?: boolean;
  /** Milliseconds between the demo's tokens; 30 by default. */
  readonly everyMs?: number;
  /** Wants this key as bearer token, else 401. Without it every key is fine, and none. */
  readonly apiKey?: string;
  /** Names offered instead of the usual ones. */
  readonly models?: readonly string[];
}

const callsKept = 20_000;
const ownModels = [demoModel, demoThinkingModel, demoEmbeddingModel];

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

interface Wanted {
  readonly kind: CallKind;
  readonly prompt: string;
  readonly messages: readonly unknown[];
  readonly choice: Choice | null;
  readonly part: Part;
}

/** Answers every request of the server: routes, names of models, and the record of calls. */
export class House {
  readonly control: Control;
  readonly #options: DemoOptions;
  readonly #ledger: Ledger;
  readonly #alarm = new Alarm();
  readonly #latches = new Latches();

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.control === true ? callsKept : 0);
    this.control = controlOf(this.#ledger, this.#latches);
  }

  /** Rejects only with faults of this server, which should be loud. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (cause) {
      // The caller left while it was sending its body.
      if (request.destroyed && !request.complete) return;
      if (!(cause instanceof Refusal)) throw cause;
      sendJson(response, cause.status, errorBody(cause.status, cause.message, cause.param));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://weir.invalid');
    const { pathname } = url;
    if (pathname === '/health') return sendJson(response, 200, { status: 'ok' });
    if (this.#options.control === true && pathname.startsWith('/control/')) {
      return sendJson(response, 200, controlRoute(this.control, method, url));
    }
    this.#authorize(request);
    if (method === 'GET' && pathname === '/v1/models') return sendJson(response, 200, this.#modelList());
    if (method === 'POST' && pathname === '/v1/chat/completions') return this.#chat(request, response);
    if (method === 'POST' && pathname === '/v1/embeddings') return this.#embeddings(request, response);
    throw new Refusal(404, `Invalid URL (${method} ${pathname})`);
  }

  #authorize(request: IncomingMessage): void {
    const { apiKey } = this.#options;
    if (apiKey === undefined || request.headers.authorization === `Bearer ${apiKey}`) return;
    throw new Refusal(401, 'Incorrect API key provided.');
  }

  #modelList(): object {
    const data = this.#models().map((id) => ({
      id,
      object: 'model',
      created: 1_767_225_600,
      owned_by: 'weir-demo',
    }));
    return { object: 'list', data };
  }

  #models(): readonly string[] {
    if (this.#options.models !== undefined) return this.#options.models;
    if (this.#options.control !== true) return ownModels;
    return [...ownModels, ...[...scripts.keys()].map((name) => `scripted-${name}`)];
  }

  #chosen(prompt: string, model: string): Choice | null {
    const choice = this.#options.control === true ? chosen(prompt, model) : null;
    if (choice !== null || this.#models().includes(model)) return choice;
    throw new Refusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, 'model');
  }

  async #chat(http: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = await readFields(http);
    const request = chatRequest(fields);
    const prompt = lastUserText(request.messages);
    const choice = this.#chosen(prompt, request.model);
    const planned = chatPart(request, choice, this.#options.everyMs ?? 30);
    const part = afterTimes(planned, prompt, this.#ledger, usualChat(choice));
    const kind = planned.name === 'title' ? 'title' : 'chat';
    const messages = Array.isArray(fields.messages) ? fields.messages : [];
    await this.#perform(http, response, request, { kind, prompt, messages, choice, part });
  }

  async #embeddings(http: IncomingMessage, response: ServerResponse): Promise<void> {
    const wanted = embeddingRequest(await readFields(http), defaultDimensions);
    const prompt = wanted.inputs.join('\n');
    const choice = this.#chosen(prompt, wanted.model);
    const usual = (answer: Parameters<Part['play']>[0]) => playEmbeddings(answer, wanted, choice);
    const part = afterTimes(embeddingPart(wanted, choice), prompt, this.#ledger, usual);
    const request = { ...chatRequest({ model: wanted.model, messages: [{ role: 'user' }] }), stream: false };
    await this.#perform(http, response, request, { kind: 'embedding', prompt, messages: [], choice, part });
  }

  async #perform(
    http: IncomingMessage,
    response: ServerResponse,
    request: ChatRequest,
    wanted: Wanted,
  ): Promise<void> {
    const { kind, prompt, messages, choice, part } = wanted;
    const mark = choice?.params.text('mark') ?? '';
    const hasAuthorization = http.headers.authorization !== undefined;
    const about = {
      kind,
      model: request.model,
      script: part.name,
      mark,
      stream: request.stream,
      prompt,
      messages,
    };
    const call = this.#ledger.open({ ...about, hasAuthorization });
    const ground = {
      response,
      request,
      call,
      ledger: this.#ledger,
      alarm: this.#alarm,
      latches: this.#latches,
    };
    await perform(part, ground);
  }
}
