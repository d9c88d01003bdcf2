import type { Gate } from '#lib/gate/gate.ts';
import type { BeginRequest, Begun, ChatStore } from '#lib/store/chat-store.ts';
import { callLabels, type Meter } from '#lib/telemetry/meter.ts';
import type { Models } from '#lib/upstream/model.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import type { Generations } from './generations.ts';
import type { Publish } from './publish.ts';
import type { Turns } from './turns.ts';

export interface RepliesPorts {
  store: Pick<ChatStore, 'begin' | 'known' | 'releaseFollowUp'>;
  generations: Generations;
  gate: Gate;
  models: Models;
  publish: Publish;
  turns: Turns;
  owner: string;
  meter: Meter;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

/** Answers of one person that wait for their word on a tool: nothing else bounds what never ends by itself. */
const MOST_ASKING = 100;

/** Asking for an answer: what is stored first, then made. */
export class Replies {
  readonly #ports: RepliesPorts;
  /** Requests between the gate's word and the store's, with who asked. */
  readonly #underWay = new Map<Promise<unknown>, { userId: string; answers: number }>();
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
    const from = this.#ports.clock();
    const { turns, store, owner } = this.#ports;
    const refusal = this.#refusal(userId, request);
    if (refusal !== null) {
      // What was stored is not asked for again, however full or changed the house is by now.
      const known = refusal.code === 'draining' ? null : await store.known(userId, request);
      if (known === null) throw refusal;
      return { held: known.held };
    }
    const work = turns
      .take({ userId, chatId: request.chatId }, async () =>
        this.#go(userId, this.#accepted(from, await store.begin(userId, request, owner))),
      )
      .finally(() => this.#underWay.delete(work));
    this.#underWay.set(work, { userId, answers: lanesOf(request).length });
    return work;
  }

  /**
   * Sends the oldest follow-up of the chat if the answer it waited for is done, or, when a person names it, now.
   * @returns whether one was sent
   */
  async release(userId: string, chatId: string, messageId?: string): Promise<boolean> {
    if (this.#draining) return false;
    const { turns, store, owner } = this.#ports;
    return turns.take({ userId, chatId }, async () => {
      if (this.#draining) return false;
      const begun = await store.releaseFollowUp(userId, chatId, owner, messageId);
      if (begun !== null) this.#go(userId, begun);
      return begun !== null;
    });
  }

  #refusal(userId: string, request: BeginRequest): Refusal | null {
    if (this.#draining) {
      return new Refusal('draining', 'Weir is restarting; your message is kept and sent again in a moment.', {
        retryAfterMs: 3_000,
      });
    }
    if (this.#ports.generations.find(request.generationId) !== null) return null;
    const lanes = lanesOf(request);
    if (lanes.some((model) => model !== null && this.#ports.models.find(model) === null)) {
      return new Refusal('unknown_model', 'This model is not offered any more; pick another one.');
    }
    const asking = [...this.#ports.generations.ofUser(userId)].filter(({ state }) => state.name === 'asking');
    if (asking.length >= MOST_ASKING) {
      return new Refusal(
        'user_queue_full',
        'Too many answers wait for your word: allow, refuse or stop some.',
        {
          retryAfterMs: 60_000,
        },
      );
    }
    const { ofUser, inAll } = this.#ahead(userId);
    // All of a comparison get in, or none.
    for (const [at, model] of lanes.entries()) {
      const lane = model ?? this.#ports.models.defaultId();
      const ahead = { ofUser: ofUser + at, inAll: inAll + at };
      const full = this.#ports.gate.refusal({ user: userId, lane, ahead });
      if (full === null || full.code === 'draining') continue;
      return new Refusal(full.code, 'Too many answers are waiting already; try again in a moment.', {
        retryAfterMs: full.retryAfterMs,
      });
    }
    return null;
  }

  /** Who has been let in and has not come to the gate: what is being stored, and what still reads its prompt. */
  #ahead(userId: string): { ofUser: number; inAll: number } {
    const { generations } = this.#ports;
    const coming = [...generations.all()].filter(({ isAtGate }) => !isAtGate).map((one) => one.userId);
    const stored = [...this.#underWay.values()].flatMap((one) => Array(one.answers).fill(one.userId));
    const all: string[] = [...stored, ...coming];
    return { ofUser: all.filter((user) => user === userId).length, inAll: all.length };
  }

  #accepted(from: number, begun: Begun): Begun {
    const { meter, clock } = this.#ports;
    for (const { model } of begun.outcome === 'begun' ? [begun.generation, ...begun.also] : [])
      meter.hop('accepted', clock() - from, { ...callLabels(model), class: 'interactive' });
    return begun;
  }

  #go(userId: string, begun: Begun): { held: boolean } {
    const { publish, generations } = this.#ports;
    if (begun.outcome === 'known') return { held: begun.held };
    publish.chat(userId, begun.change.chat);
    if (begun.outcome === 'held') {
      publish.followUps(userId, begun.change);
      return { held: true };
    }
    const started = [begun.generation, ...begun.also].map((one) => generations.start(one));
    publish.path(userId, begun.change);
    for (const generation of started) publish.state(generation);
    return { held: false };
  }
}

/** The model of each answer that is asked for; null for the one that the answer has already. */
function lanesOf(request: BeginRequest): (string | null)[] {
  if (request.kind === 'continue') return [null];
  return [request.model, ...(request.also ?? []).map(({ model }) => model)];
}
