import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { addressKey, isLoopback } from '../auth/address.ts';
import { allowedOrigin } from '../auth/origins.ts';
import type { ComposeOptions } from '../compose.ts';
import { createAnalysisRoutes } from '../http/analyses.ts';
import { createApi } from '../http/api.ts';
import { createBatchRoutes } from '../http/batches.ts';
import { createHandler } from '../http/handler.ts';
import { createSearchRoutes } from '../http/search.ts';
import { createBatches } from '../http/v1/batches.ts';
import { createFiles } from '../http/v1/files.ts';
import { createV1 } from '../http/v1/v1.ts';
import type { Analyses } from '../jobs/analyses.ts';
import { FlushWheel } from '../realtime/flush-wheel.ts';
import { Upgrade } from '../realtime/upgrade.ts';
import { Refusal } from '../wire/error-code.ts';
import type { BatchParts } from './batches.ts';
import { clock, now, random, sleep } from './clocks.ts';
import type { Ground } from './ground.ts';
import type { SearchParts } from './search.ts';
import type { Work } from './work.ts';

/** Where people come in, and how everything goes. */
export function composeDoors(
  ground: Ground,
  work: Work & { batches: BatchParts; analyses: Analyses; search: SearchParts },
  options: ComposeOptions,
) {
  const { telemetry, auth, keys, store, origins, secure } = ground;
  const { config, log } = options;
  const wheel = new FlushWheel(clock);
  const upgrade = openUpgrade(ground, work, { config, log, wheel });
  telemetry.observe({
    gate: () => work.gate.snapshot(),
    generations: () => work.generations.size,
    sockets: () => upgrade.size,
    bufferedBytes: () => upgrade.buffered,
  });
  let draining = false;
  const metrics = {
    exposition: () => telemetry.exposition(),
    token: config.metricsToken?.reveal() ?? null,
    mayBeProxied: config.origins.length > 0,
  };
  const pingStore = () => store.ping();
  const userIdOf = askingAt(auth);
  const isDraining = () => draining;
  const { batches, drain: drainBatches } = work.batches;
  const routes = createBatchRoutes({ batches, userIdOf, draining: isDraining });
  const analyses = createAnalysisRoutes({ analyses: work.analyses, userIdOf });
  const search = createSearchRoutes({ search: work.search.search, userIdOf, clock });
  const asApi = { ...work.batches, draining: isDraining };
  const also = [createFiles(asApi), createBatches(asApi)];
  const v1 = createV1({ keys, calls: work.apiCalls, log, newId: randomUUID, now, also });
  const asked = { auth, keys, v1, pingStore, draining: isDraining, origins, log, metrics };
  const api = createApi({ ...asked, batches: routes, analyses, search });
  const listener = createHandler({ api, next: options.next, log, secure, development: config.development });
  const drain = async () => {
    draining = true;
    work.replies.drain();
    work.liveness.drain();
    upgrade.drain();
    await Promise.all([work.drain(), drainBatches(), work.analyses.drain(), work.search.index.drain()]);
    await upgrade.close();
    wheel.close();
    await work.liveness.leave();
  };
  return { upgrade, listener, drain, leave: () => leave(ground) };
}

async function leave({ catalog, storage, telemetry }: Ground): Promise<void> {
  await catalog.close();
  await storage.close();
  await telemetry.close();
}

function askingAt(auth: Ground['auth']) {
  return async (c: Context) => {
    const visitor = await auth.visitor(c.req.raw.headers);
    if (visitor === null) throw new Refusal('unauthorized', 'Your session has ended. Reload the page.');
    return visitor.userId;
  };
}

function openUpgrade(
  { store, auth, origins }: Ground,
  work: Work,
  { config, log, wheel }: Pick<ComposeOptions, 'config' | 'log'> & { wheel: FlushWheel },
): Upgrade {
  return new Upgrade({
    ...work,
    publish: work.audience,
    store,
    auth,
    wheel,
    log,
    isAllowedOrigin: (origin) => allowedOrigin(origin, origins),
    addressOf: (address) => (isLoopback(address) ? null : addressKey(address)),
    maxPerUser: config.maxSocketsPerUser,
    maxPerAddress: config.maxSocketsPerAddress,
    clock,
    now,
    random,
    sleep,
  });
}
