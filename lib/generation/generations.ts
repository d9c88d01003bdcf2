import type { ChatStore, EndedGeneration, Orphan, StoredGeneration } from '#lib/store/chat-store.ts';
import { callLabels } from '#lib/telemetry/meter.ts';
import { Way } from '#lib/telemetry/way.ts';
import { type Ending, isEnding } from '#lib/wire/chat.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { type AnswerPorts, answer } from './answer.ts';
import { Groups } from './groups.ts';
import { type AbortCause, LiveGeneration } from './live-generation.ts';
import type { Turns } from './turns.ts';

export interface GenerationsPorts extends AnswerPorts {
  store: AnswerPorts['store'] & Pick<ChatStore, 'end'>;
  turns: Turns;
  /** Called after an answer is done and stored. */
  onDone: (generation: LiveGeneration) => void;
}

type StoredEnding = Awaited<ReturnType<ChatStore['end']>>;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** Tries of an ending that the database rejects for other reasons than being away: a bug, not weather. */
const MAX_REJECTED = 3;

/** All answers that this process makes. Whoever starts one here is also waited for here. */
export class Generations {
  readonly #ports: GenerationsPorts;
  readonly #live = new Map<string, LiveGeneration>();
  readonly #byChat = new Groups<LiveGeneration>();
  readonly #byUser = new Groups<LiveGeneration>();
  readonly #running = new Set<Promise<void>>();
  /** What a drain left queued for the next process; until then a person may still stop it. */
  readonly #parked = new Set<LiveGeneration>();
  #draining = false;
  readonly #giveUp = new AbortController();
  /** One after the other: thousands at once would make everybody who comes back wait for the database. */
  #burials: Promise<void> = Promise.resolve();

  constructor(ports: GenerationsPorts) {
    this.#ports = ports;
  }

  /** Starting what runs already changes nothing. */
  start(stored: StoredGeneration): LiveGeneration {
    const running = this.#live.get(stored.id);
    if (running !== undefined) return running;
    const generation = this.#enlist(new LiveGeneration(stored));
    const { meter, clock } = this.#ports;
    const labels = () => ({ ...callLabels(generation.lane), class: 'interactive' as const });
    generation.way = new Way(meter, labels, clock);
    this.#track(this.#run(generation));
    return generation;
  }

  /** Ends what a dead process left in the middle; its text is kept. */
  bury(orphan: Orphan): void {
    const generation = this.#enlist(new LiveGeneration(orphan));
    generation.startedAt = orphan.startedAt;
    generation.firstTokenAt = orphan.firstTokenAt;
    const name = orphan.hasBegun ? 'interrupted' : 'failed';
    const settle = () => this.#settle(generation, { name, code: 'server_stopped' });
    this.#burials = this.#burials.then(settle, settle);
    this.#track(this.#burials);
  }

  find(id: string): LiveGeneration | null {
    return this.#live.get(id) ?? null;
  }

  all(): Iterable<LiveGeneration> {
    return this.#live.values();
  }

  get size(): number {
    return this.#live.size;
  }

  ofChat(chatId: string): ReadonlySet<LiveGeneration> {
    return this.#byChat.of(chatId);
  }

  ofUser(userId: string): ReadonlySet<LiveGeneration> {
    return this.#byUser.of(userId);
  }

  /** False when the user has no such running generation. Stopping twice is stopping once. */
  stop(userId: string, id: string): boolean {
    const generation = this.#live.get(id);
    if (generation?.userId !== userId || isEnding(generation.state)) return false;
    if (this.#parked.delete(generation)) this.#track(this.#settle(generation, { name: 'stopped' }));
    else this.#abort(generation, 'stop');
    return true;
  }

  /** Stops every answer of the user. */
  stopAll(userId: string): void {
    for (const { id } of [...this.#byUser.of(userId)]) this.stop(userId, id);
  }

  /** Stops every answer of a chat and waits until their endings are stored. */
  async stopChat(userId: string, chatId: string): Promise<void> {
    const mine = [...this.#byChat.of(chatId)].filter((generation) => generation.userId === userId);
    for (const { id } of mine) this.stop(userId, id);
    await Promise.all(mine.map((generation) => this.#ended(generation)));
  }

  /** Lets answers finish for `graceMs`, then cuts the rest. Resolves when all endings are stored or given up. */
  async drain(graceMs: number, lastWordsMs = 5_000): Promise<void> {
    this.#draining = true;
    for (const generation of this.#live.values()) {
      const { hasBegun, state } = generation;
      const isWaiting = state.name === 'queued' || state.name === 'retrying';
      if (isWaiting && !hasBegun) this.#abort(generation, 'drain');
      // Nobody knows when a person answers.
      generation.calls.askNobody();
    }
    await this.#quiet(graceMs);
    for (const generation of this.#live.values()) this.#abort(generation, 'drain');
    await this.#quiet(lastWordsMs);
    this.#giveUp.abort();
    await Promise.all(this.#running);
    for (const generation of this.#parked) this.#delist(generation);
  }

  #enlist(generation: LiveGeneration): LiveGeneration {
    this.#live.set(generation.id, generation);
    this.#byChat.add(generation.chatId, generation);
    this.#byUser.add(generation.userId, generation);
    if (this.#draining) generation.calls.askNobody();
    return generation;
  }

  #delist(generation: LiveGeneration): void {
    this.#live.delete(generation.id);
    this.#byChat.delete(generation.chatId, generation);
    this.#byUser.delete(generation.userId, generation);
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async #run(generation: LiveGeneration): Promise<void> {
    const ending = await answer(generation, this.#ports);
    if (ending === null) this.#parked.add(generation);
    else await this.#settle(generation, ending);
  }

  async #settle(generation: LiveGeneration, ending: Ending): Promise<void> {
    generation.closeText();
    generation.calls.stop(this.#ports.now());
    generation.endedAt = this.#ports.now();
    if (!(await this.#keep(generation, ending))) return;
    // Also when it is unclear who stored it (an answer of the database got lost): what follows looks for itself.
    if (ending.name === 'done') this.#ports.onDone(generation);
  }

  /**
   * Nobody is told of an ending before it is stored; a database that is away is waited for.
   * @returns false when the process goes down before that
   */
  async #keep(generation: LiveGeneration, ending: Ending): Promise<boolean> {
    let ended = generation.ended(ending, this.#ports.now());
    let rejected = 0;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const fault = await this.#end(generation, ending, ended);
      if (fault === null) return true;
      if (fault === 'rejected') {
        if (++rejected === MAX_REJECTED) {
          this.#over(generation, ending, null);
          return true;
        }
        // The text matters; a number that the store does not like does not.
        ended = { ...ended, tokensIn: null, tokensOut: null };
      }
      try {
        await this.#ports.sleep(wait, this.#giveUp.signal);
      } catch (aborted) {
        if (!this.#giveUp.signal.aborted) throw aborted;
        this.#delist(generation);
        generation.enter(ending);
        return false;
      }
    }
  }

  #end(
    generation: LiveGeneration,
    ending: Ending,
    ended: EndedGeneration,
  ): Promise<'away' | 'rejected' | null> {
    const { store, turns, owner, log } = this.#ports;
    return turns.take(generation, async () => {
      let stored: StoredEnding;
      // A statement does not see, and so does not drop, the pieces that another one stores at the same time.
      await generation.keeping;
      try {
        const calls = generation.calls.unkept;
        if (calls.length > 0 && (await store.keepCalls(owner, generation.id, calls)))
          generation.calls.kept(calls);
        stored = await store.end(owner, ended);
      } catch (error) {
        log.error({ generation: generation.id, err: error }, 'ending not stored');
        return error instanceof Refusal && error.code === 'storage_unavailable' ? 'away' : 'rejected';
      }
      this.#over(generation, ending, stored);
      return null;
    });
  }

  #over(generation: LiveGeneration, ending: Ending, stored: StoredEnding): void {
    this.#delist(generation);
    generation.enter(ending);
    generation.way?.reach('end');
    this.#ports.meter.ended(ending.name, callLabels(generation.lane));
    this.#ports.publish.ended(generation, stored);
  }

  #abort(generation: LiveGeneration, cause: AbortCause): void {
    if (generation.abortCause !== null || isEnding(generation.state)) return;
    if (cause === 'stop') {
      generation.enter({ name: 'stopping' });
      this.#ports.publish.state(generation);
    }
    generation.abort(cause);
  }

  async #ended(generation: LiveGeneration): Promise<void> {
    while (this.#live.has(generation.id)) await Promise.race(this.#running);
  }

  /** Also what starts meanwhile is waited for. */
  async #quiet(ms: number): Promise<void> {
    const patience = new AbortController();
    let isOver = false;
    const deadline = this.#ports.sleep(ms, patience.signal).then(
      () => {
        isOver = true;
      },
      () => 'answers were quicker',
    );
    while (this.#running.size > 0 && !isOver) await Promise.race([Promise.all(this.#running), deadline]);
    patience.abort();
    await deadline;
  }
}
