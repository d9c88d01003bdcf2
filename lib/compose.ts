import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { setTimeout as timeout } from 'node:timers/promises';
import { addressKey, isLoopback } from './auth/address.ts';
import { prismaAuth } from './auth/better-auth.ts';
import { allowedOrigin, servedOrigins, servedSecurely } from './auth/origins.ts';
import { sessionSecret } from './auth/secret.ts';
import type { Config } from './config.ts';
import { Gate } from './gate/gate.ts';
import { Checkpoints } from './generation/checkpoints.ts';
import { Generations } from './generation/generations.ts';
import type { LiveGeneration } from './generation/live-generation.ts';
import { Liveness } from './generation/liveness.ts';
import { publishPlaces } from './generation/places.ts';
import { Replies } from './generation/replies.ts';
import { createApi } from './http/api.ts';
import { createHandler, type HandlerParts, type Listener } from './http/handler.ts';
import { purgeChats } from './jobs/purge-chats.ts';
import { titleChat } from './jobs/title-chat.ts';
import { Audience } from './realtime/audience.ts';
import { FlushWheel } from './realtime/flush-wheel.ts';
import { Upgrade } from './realtime/upgrade.ts';
import { openStore } from './store/prisma-store.ts';
import type { Log } from './telemetry/log.ts';
import { openCatalog } from './upstream/catalog.ts';
import { openaiUpstream } from './upstream/openai-model.ts';

export interface Weir {
  listener: Listener;
  /** Takes the upgrades that are ours; false for all others. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Ends everything in order: no new work, answers finish until the deadline, everybody is told, nothing is lost. */
  drain(): Promise<void>;
}

export interface ComposeOptions {
  config: Config;
  /** The port that is listened on. */
  port: number;
  next: HandlerParts['next'];
  log: Log;
  /** Something that everything stands on is gone; only a new process helps. */
  onFatal: (error: Error) => void;
}

const clock = () => performance.now();
const { now } = Date;
const { random } = Math;
const sleep = (ms: number, signal?: AbortSignal) => timeout(ms, undefined, signal ? { signal } : {});

/** Builds every room and connects them. */
export async function compose(options: ComposeOptions): Promise<Weir> {
  const ground = await openGround(options);
  const work = composeWork(ground, options);
  const { upgrade, listener, drain } = composeDoors(ground, work, options);
  await work.liveness.start();
  return {
    listener,
    upgrade(request, socket, head) {
      if (!upgrade.owns(request)) return false;
      void upgrade.handle(request, socket, head);
      return true;
    },
    drain,
  };
}

type Ground = Awaited<ReturnType<typeof openGround>>;
type Work = ReturnType<typeof composeWork>;

/** What is there before anybody asks for anything: the database, who people are, the models. */
async function openGround({ config, port, log, onFatal }: ComposeOptions) {
  const { dataFolder } = config;
  const storage = await openStore({
    databaseUrl: config.databaseUrl?.reveal() ?? null,
    dataFolder,
    log,
    now,
    onCrash: onFatal,
  });
  const addresses = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address),
  );
  const origins = servedOrigins({ host: config.host, port, extra: config.origins, addresses });
  const secure = servedSecurely(config.origins);
  const secret = await sessionSecret(config.secret?.reveal(), dataFolder);
  const auth = prismaAuth({ prisma: storage.prisma, secret, origins, secure, log });
  const models = await openCatalog({ config, log, ownPort: port, connect: openaiUpstream });
  return { storage, store: storage.store, origins, secure, auth, models };
}

/** Answers, and whatever serves them. */
function composeWork({ storage, store, models }: Ground, { config, log }: ComposeOptions) {
  const owner = randomUUID();
  const gate = new Gate({ limit: config.maxUpstream, now: clock });
  const audience = new Audience();
  const publish = audience;
  const ending = new AbortController();
  const onDone = (generation: LiveGeneration) => {
    replies.release(generation.userId, generation.chatId).catch((error: unknown) => {
      log.error({ generation: generation.id, err: error }, 'follow-up not sent');
    });
    if (!generation.opensChat || !config.titles) return;
    void titleChat(generation, { gate, models, store, publish, log }, ending.signal);
  };
  const ports = { gate, models, store, publish, log, owner, now, random, sleep, onDone };
  const generations: Generations = new Generations(ports);
  const replies = new Replies({ ...ports, generations });
  const liveness = new Liveness({ ...ports, generations, replies, alone: storage.alone });
  const checkpoints = new Checkpoints({ store, live: () => generations.all(), owner, log, clock });
  checkpoints.start();
  const stopPlaces = publishPlaces({ gate, generations, publish });
  const stopPurge = purgeChats(store, log);
  const limitLanes = () => {
    for (const { id, upstream } of models.list()) {
      const limit = config.upstreams.find(({ name }) => name === upstream)?.limit ?? null;
      if (limit !== null) gate.setLaneLimit(id, limit);
    }
  };
  limitLanes();
  models.onChange(() => {
    limitLanes();
    audience.models(models.list(), models.defaultId());
  });
  return {
    audience,
    generations,
    replies,
    liveness,
    async drain() {
      ending.abort();
      await generations.drain(config.drainMs);
      checkpoints.close();
      stopPlaces();
      stopPurge();
    },
  };
}

/** Where people come in, and how everything goes. */
function composeDoors(ground: Ground, work: Work, { config, next, log }: ComposeOptions) {
  const { storage, store, origins, secure, auth, models } = ground;
  const { audience, replies, liveness } = work;
  const wheel = new FlushWheel(clock);
  const isAllowedOrigin = (origin: string | undefined) => allowedOrigin(origin, origins);
  const limits = { maxPerUser: config.maxSocketsPerUser, maxPerAddress: config.maxSocketsPerAddress };
  const addressOf = (address: string) => (isLoopback(address) ? null : addressKey(address));
  const doorPorts = {
    addressOf,
    ...limits,
    store,
    models,
    wheel,
    log,
    auth,
    isAllowedOrigin,
    clock,
    now,
    random,
    sleep,
  };
  const upgrade = new Upgrade({ ...work, ...doorPorts, publish: audience });
  let draining = false;
  const api = createApi({ auth, pingStore: () => store.ping(), draining: () => draining, origins, log });
  const listener = createHandler({ api, next, log, secure, development: config.development });
  const drain = async () => {
    draining = true;
    replies.drain();
    liveness.drain();
    upgrade.drain();
    await work.drain();
    await upgrade.close();
    wheel.close();
    await liveness.leave();
    await models.close();
    await storage.close();
  };
  return { upgrade, listener, drain };
}
