import { setTimeout as timeout } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { Gate } from '#lib/gate/gate.ts';
import type { BeginRequest } from '#lib/store/chat-store.ts';
import { type MemoryChatStore, memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { type MemoryLog, memoryLog } from '#lib/telemetry/memory-log.ts';
import { type MemoryMeter, memoryMeter } from '#lib/telemetry/memory-meter.ts';
import type { CallRecord } from '#lib/telemetry/meter.ts';
import type { Toolbox, ToolSource } from '#lib/tools/tool.ts';
import { SourcedToolbox } from '#lib/tools/toolbox.ts';
import { meteredModels } from '#lib/upstream/metered-models.ts';
import { type ScriptedModels, scriptedModels } from '#lib/upstream/scripted-model.ts';
import type { GenerationState } from '#lib/wire/chat.ts';
import { FlowRecord } from './flow-record.ts';
import { Generations } from './generations.ts';
import type { Publish } from './publish.ts';
import { Replies } from './replies.ts';
import type { RetriedCallPorts } from './retried-call.ts';
import { RetryBudget } from './retry.ts';
import { Turns } from './turns.ts';

export interface Rehearsal {
  store: MemoryChatStore;
  gate: Gate;
  models: ScriptedModels;
  generations: Generations;
  replies: Replies;
  turns: Turns;
  flow: FlowRecord;
  meter: MemoryMeter;
  log: MemoryLog;
  publish: Publish;
  toolbox: Toolbox;
  /** What any other call through the gate needs. */
  callPorts: RetriedCallPorts;
  /** All states a generation was shown in, oldest first. */
  statesOf(generationId: string): GenerationState['name'][];
  /** Sleeps that are under way: end them to let the time pass. */
  sleeps: { ms: number; end(): void }[];
  /** The gate's clock, which only goes on with `pass`. */
  gateTime: { ms: number };
  /** Lets the gate's time pass, and whatever it brings about happen. */
  pass(ms: number): Promise<void>;
}

export interface RehearsalOptions {
  limit?: number;
  maxWaitingPerUser?: number;
  store?: MemoryChatStore;
  owner?: string;
  publish?: Publish;
  fallback?: string;
  queueMs?: number;
  tools?: readonly ToolSource[];
  toolRounds?: number;
}

export const MODEL = 'test/model';

/** Everything around a generation, played in memory: models that a test writes by hand, time that it lets pass. */
export function rehearse(options: RehearsalOptions = {}): Rehearsal {
  const store = options.store ?? memoryChatStore();
  const owner = options.owner ?? 'process-1';
  const { limit = 2, maxWaitingPerUser } = options;
  const gateTime = { ms: 0 };
  const gate = new Gate({
    limit,
    now: () => gateTime.ms,
    ...(maxWaitingPerUser ? { maxWaitingPerUser } : {}),
  });
  const models = scriptedModels(MODEL);
  const log = memoryLog();
  const shown = new Map<string, GenerationState['name'][]>();
  const sleeps: Rehearsal['sleeps'] = [];
  const publish = recording(options.publish, shown);
  const turns = new Turns();
  const toolbox = new SourcedToolbox(options.tools ?? [], []);
  const toolTerms = { rounds: options.toolRounds ?? 10, atOnce: 4, timeoutMs: 30_000 };
  const meter = memoryMeter();
  const flow: FlowRecord = new FlowRecord({
    gate,
    generations: { all: () => generations.all(), ofUser: (userId) => generations.ofUser(userId) },
    now: Date.now,
  });
  const watch = (model: string) => {
    const { over, ...call } = flow.call(model);
    const both = (record: CallRecord) => {
      over(record);
      meter.called(record);
    };
    return { ...call, over: both };
  };
  const callPorts = {
    gate,
    models: meteredModels(models, { watch, clock: Date.now, now: Date.now }),
    flow,
    meter,
    retries: new RetryBudget(() => gateTime.ms),
    clock: () => gateTime.ms,
    random: () => 0.5,
    sleep: (ms: number, signal: AbortSignal) => sleep(sleeps, ms, signal),
  };
  const generations: Generations = new Generations({
    ...callPorts,
    store,
    publish,
    turns,
    toolbox,
    toolTerms,
    fallbackOf: (model) => (model === options.fallback ? null : (options.fallback ?? null)),
    queueMs: options.queueMs ?? 3_600_000,
    log,
    owner,
    clock: Date.now,
    now: Date.now,
    onDone: ({ userId, chatId }) => {
      replies.release(userId, chatId).catch((err: unknown) => log.error({ err }, 'follow-up not sent'));
    },
  });
  const replies = new Replies({
    store,
    generations,
    gate,
    models,
    publish,
    turns,
    owner,
    meter,
    clock: Date.now,
  });
  const pass = async (ms: number) => {
    gateTime.ms += ms;
    gate.wake();
    await settle();
  };
  const statesOf = (id: string) => shown.get(id) ?? [];
  return {
    store,
    gate,
    models,
    generations,
    replies,
    turns,
    flow,
    meter,
    log,
    publish,
    toolbox,
    callPorts,
    statesOf,
    sleeps,
    gateTime,
    pass,
  };
}

export function sending(text: string, chatId = newId()): Extract<BeginRequest, { kind: 'send' }> {
  return {
    kind: 'send',
    chatId,
    messageId: newId(),
    replyId: newId(),
    generationId: newId(),
    text,
    model: MODEL,
  };
}

/** Lets everything that can happen without the outside happen. */
export async function settle(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await timeout(0);
}

function sleep(sleeps: Rehearsal['sleeps'], ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = {
      ms,
      end() {
        sleeps.splice(sleeps.indexOf(entry), 1);
        resolve();
      },
    };
    sleeps.push(entry);
    signal.addEventListener('abort', () => {
      if (sleeps.includes(entry)) sleeps.splice(sleeps.indexOf(entry), 1);
      reject(signal.reason);
    });
    if (signal.aborted) reject(signal.reason);
  });
}

function recording(publish: Publish | undefined, shown: Map<string, GenerationState['name'][]>): Publish {
  const note = (id: string, name: GenerationState['name']) => {
    const names = shown.get(id) ?? [];
    if (names.at(-1) !== name) names.push(name);
    shown.set(id, names);
  };
  return {
    state(generation) {
      note(generation.id, generation.state.name);
      publish?.state(generation);
    },
    ended(generation, stored) {
      note(generation.id, generation.state.name);
      publish?.ended(generation, stored);
    },
    path: (...change) => publish?.path(...change),
    followUps: (...change) => publish?.followUps(...change),
    chat: (...change) => publish?.chat(...change),
    gone: (...change) => publish?.gone(...change),
  };
}
