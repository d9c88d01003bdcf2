import { networkInterfaces } from 'node:os';
import { prismaAuth } from '../auth/better-auth.ts';
import { servedOrigins, servedSecurely } from '../auth/origins.ts';
import { sessionSecret } from '../auth/secret.ts';
import type { ComposeOptions } from '../compose.ts';
import { bossJobQueue } from '../jobs/boss-job-queue.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { StartupError } from '../startup-error.ts';
import { makeDataFolder } from '../store/make-folder.ts';
import { databaseClocks, withUtc } from '../store/prisma.ts';
import { prismaApiKeys } from '../store/prisma-api-keys.ts';
import { type OpenStore, openStore } from '../store/prisma-store.ts';
import type { Log } from '../telemetry/log.ts';
import { openTelemetry } from '../telemetry/otel-telemetry.ts';
import { openCatalog } from '../upstream/catalog.ts';
import { openaiUpstream } from '../upstream/openai-model.ts';
import { now } from './clocks.ts';

export type Ground = Awaited<ReturnType<typeof openGround>>;

/** What is there before anybody asks for anything: the database, who people are, the models. */
export async function openGround({ config, port, log, onFatal }: ComposeOptions) {
  const { dataFolder } = config;
  const telemetry = await openTelemetry({ collector: config.collector, log, now });
  const storage = await openStore({
    databaseUrl: config.databaseUrl?.reveal() ?? null,
    dataFolder,
    log,
    now,
    onCrash: onFatal,
  });
  const queue = await openQueue(storage, log);
  const addresses = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address),
  );
  const origins = servedOrigins({ host: config.host, port, extra: config.origins, addresses });
  const secure = servedSecurely(config.origins);
  // The embedded database has made it already, for itself.
  if (config.secret === null) await makeDataFolder(dataFolder);
  const secret = await sessionSecret(config.secret?.reveal(), dataFolder);
  const auth = prismaAuth({ prisma: storage.prisma, secret, origins, secure, log });
  const keys = prismaApiKeys(storage.prisma, { now });
  const catalog = await openCatalog({ config, log, ownPort: port, connect: openaiUpstream });
  return { telemetry, catalog, storage, queue, store: storage.store, origins, secure, auth, keys };
}

/** @throws StartupError, one line that says what to do */
async function openQueue({ address, alone }: OpenStore, log: Log): Promise<JobQueue> {
  try {
    return await bossJobQueue({
      address: withUtc(address).config,
      isEmbedded: alone,
      clocks: databaseClocks,
      log,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(
      `The job queue cannot be set up (${reason}): let the database user create the schema "pgboss".`,
      { cause },
    );
  }
}
