import type { Gate } from '#lib/gate/gate.ts';
import type { BeginRequest, Begun, ChatStore } from '#lib/store/chat-store.ts';
import type { Models } from '#lib/upstream/model.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import type { Generations } from './generations.ts';
import type { Publish } from './publish.ts';

export interface RepliesPorts {
  store: Pick<ChatStore, 'begin' | 'releaseFollowUp'>;
  generations: Generations;
  gate: Gate;
  models: Models;
  publish: Publish;
  owner: string;
}

/** Asking for an answer: what is stored first, then made. */
export class Replies {
  readonly #ports: RepliesPorts;
  /** Requests between the gate's word and the store's, with who asked. */
  readonly #underWay = new Map<Promise<unknown>, string>();
  /** The last request of each chat: they are stored in the order in which they came. */
  readonly #lastOf = new Map<string, Promise<unknown>>();
  #draining = false;

  constructor(ports: RepliesPorts) {
    this.#ports = ports;
  }

  /** From now on every request is refused with `draining`; what runs goes on. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Resolves once everything is stored: from here on it is not lost, and asking again with the same ids does nothing.
   * @returns whether the message waits as a follow-up
   * @throws Refusal: `draining`, `queue_full`, `user_queue_full`, `unknown_model`, and those of `ChatStore.begin`
   */
  async begin(userId: string, request: BeginRequest): Promise<{ held: boolean }> {
    this.#admit(userId, request);
    return this.#inTurn(userId, request.chatId, async () =>
      this.#go(userId, await this.#ports.store.begin(userId, request, this.#ports.owner)),
    );
  }

  /**
   * Sends the oldest follow-up of the chat if the answer it waited for is done, or, when a person names it, now.
   * @returns whether one was sent
   */
  async release(userId: string, chatId: string, messageId?: string): Promise<boolean> {
    if (this.#draining) return false;
    return this.#inTurn(userId, chatId, async () => {
      const begun = await this.#ports.store.releaseFollowUp(userId, chatId, this.#ports.owner, messageId);
      if (begun !== null) this.#go(userId, begun);
      return begun !== null;
    });
  }

  /** Resolves when everything asked for up to now is running or refused. */
  async underWay(): Promise<void> {
    await Promise.allSettled(this.#underWay.keys());
  }

  #inTurn<T>(userId: string, chatId: string, ask: () => Promise<T>): Promise<T> {
    const before = this.#lastOf.get(chatId) ?? Promise.resolve();
    const work = before.then(ask, ask).finally(() => {
      this.#underWay.delete(work);
      if (this.#lastOf.get(chatId) === work) this.#lastOf.delete(chatId);
    });
    this.#underWay.set(work, userId);
    this.#lastOf.set(chatId, work);
    return work;
  }

  #admit(userId: string, request: BeginRequest): void {
    if (this.#draining) {
      throw new Refusal('draining', 'Weir is restarting; your message is kept and sent again in a moment.', {
        retryAfterMs: 3_000,
      });
    }
    if (this.#ports.generations.find(request.generationId) !== null) return;
    if ('model' in request && this.#ports.models.find(request.model) === null) {
      throw new Refusal('unknown_model', 'This model is not offered any more; pick another one.');
    }
    const lane = 'model' in request ? request.model : this.#ports.models.defaultId();
    const ofUser = [...this.#underWay.values()].filter((user) => user === userId).length;
    const full = this.#ports.gate.refusal({
      user: userId,
      lane,
      ahead: { ofUser, inAll: this.#underWay.size },
    });
    if (full === null || full.code === 'draining') return;
    throw new Refusal(full.code, 'Too many answers are waiting already; try again in a moment.', {
      retryAfterMs: full.retryAfterMs,
    });
  }

  #go(userId: string, begun: Begun): { held: boolean } {
    const { publish, generations } = this.#ports;
    if (begun.outcome === 'known') return { held: begun.held };
    publish.chat(userId, begun.change.chat);
    if (begun.outcome === 'held') {
      publish.followUps(userId, begun.change);
      return { held: true };
    }
    const generation = generations.start(begun.generation);
    publish.path(userId, begun.change);
    publish.state(generation);
    return { held: false };
  }
}
