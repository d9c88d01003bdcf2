import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { AnotherReply } from '#lib/wire/client-message.ts';
import type {
  BeginRequest,
  Begun,
  ChatPage,
  ChatStore,
  EndedGeneration,
  FollowUpChange,
  StoredGeneration,
} from '../chat-store.ts';

/** A store on trial. */
export interface Subject {
  store: ChatStore;
  newUser(): Promise<string>;
  close(): Promise<void>;
}

/** @param now clock that the store must use for everything but heartbeats */
export type OpenSubject = (now: () => number) => Promise<Subject>;

export type SendRequest = Extract<BeginRequest, { kind: 'send' }>;
type BegunSend = Extract<Begun, { outcome: 'begun' }>;

/** What the cases of the contract share: a store, a clock that they move, and short words for long requests. */
export class Bench {
  private subject: Subject | undefined;
  private time = 1_750_000_000_000;

  async open(openSubject: OpenSubject): Promise<void> {
    this.subject = await openSubject(() => this.time);
  }

  async close(): Promise<void> {
    await this.subject?.close();
  }

  get store(): ChatStore {
    if (!this.subject) throw new Error('not open');
    return this.subject.store;
  }

  get now(): number {
    return this.time;
  }

  pass(ms: number): void {
    this.time += ms;
  }

  newUser(): Promise<string> {
    if (!this.subject) throw new Error('not open');
    return this.subject.newUser();
  }

  async begin(user: string, request: BeginRequest, owner = 'p1'): Promise<BegunSend> {
    const begun = await this.store.begin(user, request, owner);
    if (begun.outcome !== 'begun') throw new Error(`outcome ${begun.outcome}`);
    return begun;
  }

  end(generation: { id: string }, given: Partial<EndedGeneration> = {}, owner = 'p1') {
    return this.store.end(owner, ended(generation.id, { endedAt: this.time, ...given }));
  }

  async pageOf(user: string, chatId: string, before?: string): Promise<ChatPage> {
    const page = await this.store.page(user, chatId, before);
    if (!page) throw new Error('no such chat');
    return page;
  }

  /** A chat with one question, whose answer is being made. */
  async running(): Promise<Running> {
    const user = await this.newUser();
    const { generation } = await this.begin(user, send());
    return { user, chatId: generation.chatId, generation };
  }

  /** Sends to a chat whose selected answer runs. */
  async hold(user: string, request: SendRequest): Promise<FollowUpChange> {
    const begun = await this.store.begin(user, request, 'p1');
    if (begun.outcome !== 'held') throw new Error(`outcome ${begun.outcome}`);
    return begun.change;
  }

  async holdIn(user: string, chatId: string): Promise<SendRequest> {
    const request = send({ chatId });
    await this.hold(user, request);
    return request;
  }

  /** A chat with one question and its answer, which is done. */
  async answered(given: Partial<SendRequest> = {}): Promise<Answered> {
    const user = await this.newUser();
    const request = send(given);
    const { generation } = await this.begin(user, request);
    await this.end(generation, { text: 'answer' });
    return { user, request, chatId: request.chatId, generation };
  }
}

export interface Running {
  user: string;
  chatId: string;
  generation: StoredGeneration;
}

export interface Answered {
  user: string;
  request: SendRequest;
  chatId: string;
  generation: StoredGeneration;
}

export function send(given: Partial<SendRequest> = {}): SendRequest {
  const ids = { messageId: randomUUID(), replyId: randomUUID(), generationId: randomUUID() };
  return { kind: 'send', chatId: randomUUID(), ...ids, text: 'What is a weir?', model: 'demo/a', ...given };
}

export function regenerate(chatId: string, messageId: string, given: { model?: string } = {}): BeginRequest {
  const ids = { replyId: randomUUID(), generationId: randomUUID() };
  return { kind: 'regenerate', chatId, messageId, ...ids, model: 'demo/a', ...given };
}

/** A further answer that a request asks for. */
export function another(model = 'demo/b'): AnotherReply {
  return { replyId: randomUUID(), generationId: randomUUID(), model };
}

export function goOn(chatId: string, messageId: string): BeginRequest {
  return { kind: 'continue', chatId, messageId, generationId: randomUUID() };
}

export function ended(id: string, given: Partial<EndedGeneration> = {}): EndedGeneration {
  const times = { startedAt: 1_750_000_000_001, firstTokenAt: 1_750_000_000_002, endedAt: 1_750_000_000_003 };
  const counts = { attempts: 1, tokensIn: 7, tokensOut: 9 };
  return {
    id,
    state: 'done',
    finish: 'stop',
    code: null,
    fallback: null,
    text: 'answer',
    reasoning: '',
    ...times,
    ...counts,
    ...given,
  };
}

export function refused(work: Promise<unknown>, code: string): Promise<void> {
  return expect(work).rejects.toMatchObject({ name: 'Refusal', code });
}

export function texts(page: { messages: { text: string }[] }): string[] {
  return page.messages.map((message) => message.text);
}
