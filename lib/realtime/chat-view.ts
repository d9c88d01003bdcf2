import type { Generations } from '#lib/generation/generations.ts';
import type { ChatPage, ChatStore, PathChange } from '#lib/store/chat-store.ts';
import { isEnding, type Message } from '#lib/wire/chat.ts';
import type { ClientMessageOf } from '#lib/wire/client-message.ts';
import type { ServerEvent } from '#lib/wire/server-event.ts';
import type { Delivery } from './delivery.ts';

export interface ChatViewPorts {
  store: Pick<ChatStore, 'page' | 'revision'>;
  generations: Generations;
  delivery: Delivery;
  userId: string;
}

/** How often a page is read again because an answer ended between reading and showing it. */
const MAX_READS = 4;

/** A continued answer learns of the calls before it only when it begins. */
function calledBefore({ generation }: Message) {
  return generation?.calls === undefined ? {} : { calls: generation.calls };
}

/**
 * One connection looking at one chat. From the moment it opens, changes are held back until the page they build on has
 * been read; page, texts of running answers and cursors are then taken in one tick, so nothing is missed or doubled.
 */
export class ChatView {
  readonly #ports: ChatViewPorts;
  readonly #chatId: string;
  #held: { revision: number; send: () => void }[] | null = [];
  readonly #following = new Set<string>();
  #closed = false;

  constructor(chatId: string, ports: ChatViewPorts) {
    this.#chatId = chatId;
    this.#ports = ports;
  }

  /** False when the person has no such chat. */
  async open({ revision, have }: ClientMessageOf<'watch'>): Promise<boolean> {
    if (revision !== undefined && (await this.#resume(revision, have ?? []))) return true;
    const page = await this.#read();
    if (this.#closed) return true;
    if (page === null) return false;
    this.#show({ ...page, from: null }, { whole: true, hasOlder: page.hasOlder });
    this.#letGo(page.revision);
    return true;
  }

  /** A change that viewers see in the order of revisions. */
  structural(revision: number, send: () => void): void {
    if (this.#held === null) send();
    else this.#held.push({ revision, send });
  }

  path(change: PathChange, options: { whole: boolean; hasOlder: boolean }): void {
    this.structural(change.revision, () => this.#show(change, options));
  }

  /** A page further up; answers may be running there too. */
  older(requestId: string, page: ChatPage): void {
    const messages = page.messages.map((message) => this.#live(message));
    this.#ports.delivery.push({
      type: 'older',
      requestId,
      chatId: this.#chatId,
      messages,
      hasOlder: page.hasOlder,
    });
    for (const { generation } of messages) if (generation !== null) this.#follow(generation.id);
  }

  close(): void {
    this.#closed = true;
    this.#held = [];
    for (const id of this.#following) this.#ports.delivery.unfollow(id);
  }

  /** The client has the newest revision: only what running answers have gained since. */
  async #resume(revision: number, have: NonNullable<ClientMessageOf<'watch'>['have']>): Promise<boolean> {
    const newest = await this.#ports.store.revision(this.#ports.userId, this.#chatId);
    if (this.#closed) return true;
    const isCurrent = newest === revision && !this.#held?.some((change) => change.revision > revision);
    if (!isCurrent) return false;
    this.#ports.delivery.push({ type: 'current', chatId: this.#chatId, revision });
    for (const { generation: id, text, reasoning } of have) {
      const generation = this.#ports.generations.find(id);
      if (generation?.chatId !== this.#chatId || generation.userId !== this.#ports.userId) continue;
      this.#following.add(id);
      this.#ports.delivery.state(generation, true);
      this.#ports.delivery.follow(generation, { text, reasoning });
    }
    this.#letGo(revision);
    return true;
  }

  async #read(): Promise<ChatPage | null> {
    for (let reads = 1; ; reads += 1) {
      const page = await this.#ports.store.page(this.#ports.userId, this.#chatId);
      const shown = page === null ? [] : [...page.messages, ...page.beside];
      const endedMeanwhile = shown.some((message) => this.#isLost(message));
      if (!endedMeanwhile || reads === MAX_READS) return page;
    }
  }

  /** Running by the page, but no longer here: its ending is stored by now, or another process makes it. */
  #isLost({ generation }: Message): boolean {
    return (
      generation !== null &&
      !isEnding(generation.state) &&
      this.#ports.generations.find(generation.id) === null
    );
  }

  #show(change: PathChange, { whole, hasOlder }: { whole: boolean; hasOlder: boolean }): void {
    const { revision, from, followUps } = change;
    const messages = change.messages.map((message) => this.#live(message));
    const beside = change.beside.map((message) => this.#live(message));
    this.#ports.delivery.push({
      type: 'path',
      chatId: this.#chatId,
      revision,
      from,
      hasOlder,
      messages,
      ...(beside.length > 0 ? { beside } : {}),
      followUps,
      snapshot: whole,
    } satisfies ServerEvent);
    for (const { generation } of [...messages, ...beside])
      if (generation !== null) this.#follow(generation.id);
  }

  /** The message as of this tick. */
  #live(message: Message): Message {
    const id = message.generation?.id;
    const generation = id === undefined ? null : this.#ports.generations.find(id);
    const isRunning = message.generation !== null && !isEnding(message.generation.state);
    if (generation === null || !isRunning) return message;
    return {
      ...message,
      text: generation.text.toString(),
      reasoning: generation.reasoning.toString(),
      generation: { ...calledBefore(message), ...generation.view() },
    };
  }

  #follow(id: string): void {
    const generation = this.#ports.generations.find(id);
    if (generation === null) return;
    this.#following.add(id);
    this.#ports.delivery.follow(generation);
  }

  #letGo(revision: number): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const change of held) if (change.revision > revision) change.send();
  }
}
