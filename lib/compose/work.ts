import { randomUUID } from 'node:crypto';
import type { ComposeOptions } from '../compose.ts';
import { Checkpoints } from '../generation/checkpoints.ts';
import { FlowRecord } from '../generation/flow-record.ts';
import { Generations } from '../generation/generations.ts';
import type { LiveGeneration } from '../generation/live-generation.ts';
import { Liveness } from '../generation/liveness.ts';
import { publishPlaces } from '../generation/places.ts';
import { Replies } from '../generation/replies.ts';
import { RetryBudget } from '../generation/retry.ts';
import { Turns } from '../generation/turns.ts';
import { ApiCalls } from '../jobs/api-calls.ts';
import { purgeChats } from '../jobs/purge-chats.ts';
import { Races, type RacesPorts } from '../jobs/race.ts';
import { type TitleChatPorts, titleChat } from '../jobs/title-chat.ts';
import { TitleOnce } from '../jobs/title-once.ts';
import { Audience } from '../realtime/audience.ts';
import { FlowFeed } from '../realtime/flow-feed.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { SearchMessages } from '../tools/search-chats.ts';
import { meteredModels } from '../upstream/metered-models.ts';
import type { CallWatch } from '../upstream/model.ts';
import type { Race } from '../wire/flow.ts';
import { clock, now, random, sleep } from './clocks.ts';
import { fallbackOf, openGate } from './gate.ts';
import type { Ground } from './ground.ts';
import { composeTools, showTools } from './tools.ts';

export type Work = ReturnType<typeof composeWork>;

/** Answers, and whatever serves them. @param search asked once everything is composed */
export function composeWork(ground: Ground, { config, log }: ComposeOptions, search: SearchMessages) {
  const { storage, store, catalog, telemetry } = ground;
  const { meter } = telemetry;
  const owner = randomUUID();
  const { gate, close: closeGate } = openGate(catalog, config, meter);
  const audience = new Audience();
  catalog.onChange(() => audience.models(catalog.list(), catalog.defaultId()));
  const flow: FlowRecord = new FlowRecord({
    gate,
    generations: { all: () => generations.all(), ofUser: (userId) => generations.ofUser(userId) },
    now,
  });
  const models = meteredModels(catalog, { watch: watching(flow, meter), clock, now });
  const turns = new Turns();
  const clocks = { now, clock, random, sleep, retries: new RetryBudget(clock) };
  const shared = { gate, models, store, publish: audience, turns, flow, log, meter, owner, ...clocks };
  const { queueMs, drainMs } = config;
  const calling = composeTools(ground, { config, log }, search);
  const apiCalls = new ApiCalls({ ...shared, queueMs, newId: randomUUID });
  const titles = composeTitles(shared);
  const generations: Generations = new Generations({
    ...shared,
    ...calling,
    fallbackOf: fallbackOf(config.upstreams),
    queueMs,
    onDone(generation) {
      replies.release(generation.userId, generation.chatId).catch((error: unknown) => {
        log.error({ generation: generation.id, err: error }, 'follow-up not sent');
      });
      if (generation.opensChat && config.titles) void titles.title(generation);
    },
  });
  const ports = { ...shared, generations };
  const replies = new Replies(ports);
  const liveness = new Liveness({ ...ports, replies, alone: storage.alone });
  const checkpoints = new Checkpoints({ store, live: () => generations.all(), owner, log, clock });
  checkpoints.start();
  const { races, feed } = composeFlow(ports, audience);
  const ends = [closeGate, publishPlaces(ports), purgeChats(store, log), () => feed.close()];
  const drain = async () => {
    titles.abort();
    await Promise.all([generations.drain(drainMs), races.drain(), apiCalls.drain(drainMs)]);
    await turns.settled();
    checkpoints.close();
    for (const end of ends) end();
    await calling.toolbox.close();
  };
  const tools = showTools(calling.toolbox, audience);
  return { ...ports, audience, tools, apiCalls, replies, liveness, races, record: flow, flow: feed, drain };
}

function composeTitles(ports: TitleChatPorts) {
  const ending = new AbortController();
  const once = new TitleOnce((answer: LiveGeneration) => titleChat(answer, ports, ending.signal));
  return { title: (answer: LiveGeneration) => once.title(answer), abort: () => ending.abort() };
}

/** Every upstream call counts in the flow and in the metrics. */
function watching(flow: FlowRecord, meter: Meter) {
  return (model: string): CallWatch => {
    const call = flow.call(model);
    return {
      first: call.first,
      piece: call.piece,
      over(record) {
        call.over(record);
        meter.called(record);
      },
    };
  };
}

/** What people see of the gate. */
function composeFlow(ports: Omit<RacesPorts, 'tell' | 'newId'> & { flow: FlowRecord }, audience: Audience) {
  const tell = (userId: string, race: Race) => audience.race(userId, race);
  const races = new Races({ ...ports, tell, newId: randomUUID });
  const all = () => audience.all();
  const feed = new FlowFeed({ record: ports.flow, all, raceOf: (userId) => races.of(userId) });
  feed.start();
  return { races, feed };
}
