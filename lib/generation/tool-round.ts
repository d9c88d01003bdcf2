import { randomUUID } from 'node:crypto';
import { Semaphore } from '#lib/gate/semaphore.ts';
import type { ChatStore } from '#lib/store/chat-store.ts';
import type { StoredCall } from '#lib/store/tool-store.ts';
import type { Tool } from '#lib/tools/tool.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { isOver, toolLimits } from '#lib/wire/tool.ts';
import { aborted, cutTo, type Outcome, type OutcomePorts, outcomeOf } from './call-outcome.ts';
import type { GatheredCall } from './gathered-calls.ts';
import type { Kit } from './kit.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { Publish } from './publish.ts';

export interface ToolTerms {
  /** Model calls of one answer; the last of them must do without tools. */
  readonly rounds: number;
  /** Calls of one round that run at once. */
  readonly atOnce: number;
  readonly timeoutMs: number;
}

export interface ToolRoundPorts extends Omit<OutcomePorts, 'timeoutMs'> {
  store: Pick<ChatStore, 'keepCalls'>;
  publish: Pick<Publish, 'state'>;
  owner: string;
  toolTerms: ToolTerms;
  /** Milliseconds since 1970. */
  now: () => number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const REFUSED = 'The person did not allow this call. Do not make it again unless they ask for it.';

/**
 * Makes the calls of one turn, several at once, and waits for all. Each is stored before it is made. No permit is held.
 * @throws the signal's reason when the answer is stopped; whatever the calls come to is a result
 */
export async function runCalls(
  generation: LiveGeneration,
  asked: readonly GatheredCall[],
  kit: Kit,
  ports: ToolRoundPorts,
): Promise<void> {
  const cut = new AbortController();
  const signal = AbortSignal.any([generation.signal, cut.signal]);
  const round = new Round(generation, kit, signal, ports);
  const calls = newCalls(generation, asked, kit, ports.now());
  await round.keep(calls);
  const work = calls.map((call) => round.see(call));
  // One that fails for want of the store takes the others along: nobody makes calls for an answer that is over.
  for (const one of work) one.catch((error: unknown) => cut.abort(error));
  // All of them, so that no statement about a call can meet that of the ending.
  await Promise.allSettled(work);
  // The process goes down before a person has said a word.
  if (generation.calls.all.some(({ state }) => state === 'asking')) generation.abort('drain');
  signal.throwIfAborted();
}

function newCalls(
  { calls: { all, round }, text }: LiveGeneration,
  asked: readonly GatheredCall[],
  { tools, allowed }: Kit,
  now: number,
): StoredCall[] {
  const used = new Set(all.map(({ modelId }) => modelId));
  return asked.map(({ modelId: given, name, arguments: written }, place) => {
    const tool = tools.find((one) => one.name === name);
    const id = randomUUID();
    const modelId = given === '' || used.has(given) ? `call_${id.replaceAll('-', '').slice(0, 24)}` : given;
    used.add(modelId);
    const about = { id, round, place, at: text.length, modelId, name, arguments: written };
    const times = { startedAt: null, endedAt: null };
    if (tool === undefined) {
      const result = unknownTool(name, tools);
      const ended = { ...times, endedAt: now, result };
      return { ...about, title: name, changesThings: false, state: 'failed', ...ended } as const;
    }
    const { title, changesThings } = tool;
    const state = changesThings && !allowed.has(name) ? 'asking' : 'running';
    return { ...about, title, changesThings, state, ...times, result: null } as const;
  });
}

function unknownTool(name: string, tools: readonly Tool[]): string {
  const known = tools.map((tool) => tool.name).join(', ');
  return `There is no tool named ${JSON.stringify(name)}. There are: ${known}.`;
}

class Round {
  readonly #generation: LiveGeneration;
  readonly #kit: Kit;
  readonly #signal: AbortSignal;
  readonly #ports: ToolRoundPorts;
  readonly #slots: Semaphore;

  constructor(generation: LiveGeneration, kit: Kit, signal: AbortSignal, ports: ToolRoundPorts) {
    this.#generation = generation;
    this.#kit = kit;
    this.#signal = signal;
    this.#ports = ports;
    this.#slots = new Semaphore(ports.toolTerms.atOnce);
  }

  /** From the model's word to a result that is stored. */
  async see(call: StoredCall): Promise<void> {
    const tool = this.#kit.tools.find(({ name }) => name === call.name);
    if (isOver(call.state) || tool === undefined) return;
    if (call.state === 'asking') {
      const isAllowed = await this.#isAllowed(call);
      if (isAllowed === null) return;
      if (!isAllowed) return this.#end(call, { state: 'refused', result: REFUSED });
      this.#set({ ...call, state: 'running' });
    }
    const release = await this.#slots.acquire(this.#signal);
    try {
      const started: StoredCall = { ...call, state: 'running', startedAt: this.#ports.now() };
      // What changes things is known to have been begun, whatever becomes of this process.
      if (call.changesThings) await this.keep([started]);
      else this.#set(started);
      const { toolTerms, sleep, log } = this.#ports;
      const ports = { timeoutMs: toolTerms.timeoutMs, sleep, log };
      const outcome = await outcomeOf(tool, started, this.#generation, this.#signal, ports);
      await this.#end(started, outcome);
    } finally {
      release();
    }
  }

  /** Shown and stored. The store being away is waited for. */
  async keep(calls: readonly StoredCall[]): Promise<void> {
    const { store, owner, sleep } = this.#ports;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        const isOurs = await store.keepCalls(owner, this.#generation.id, calls);
        if (!isOurs) throw new Error(`generation ${this.#generation.id} is another process's by now`);
        break;
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'storage_unavailable') throw error;
        await sleep(wait, this.#signal);
      }
    }
    for (const call of calls) this.#generation.calls.set(call);
    this.#generation.calls.kept(calls);
    this.#tell();
    this.#signal.throwIfAborted();
  }

  async #isAllowed({ id, name }: StoredCall): Promise<boolean | null> {
    // Said of another call of it while this one was being stored.
    if (this.#kit.allowed.has(name)) return true;
    return Promise.race([this.#generation.calls.verdict(id), aborted(this.#signal)]);
  }

  #end(call: StoredCall, { state, result }: Outcome): Promise<void> {
    const { answerLength, leastResult } = toolLimits;
    const room = Math.max(leastResult, answerLength - this.#generation.calls.resultLength);
    const ended = { ...call, state, result: cutTo(result, room), endedAt: this.#ports.now() };
    // Seen at once; the next model call waits until it is stored.
    this.#set(ended);
    return this.keep([ended]);
  }

  #set(call: StoredCall): void {
    this.#generation.calls.set(call);
    this.#tell();
  }

  #tell(): void {
    const generation = this.#generation;
    if (generation.abortCause !== null) return;
    const isAsking = generation.calls.all.some(({ state }) => state === 'asking');
    generation.enter({ name: isAsking ? 'asking' : 'using-tools' });
    this.#ports.publish.state(generation);
  }
}
