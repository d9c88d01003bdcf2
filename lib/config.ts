import { resolve } from 'node:path';
import * as z from 'zod';
import { isOrigin } from './auth/origins.ts';
import { type CollectorConfig, measuring } from './config/measuring.ts';
import type { Secret } from './config/secret.ts';
import { address, type Env, Settings, whole } from './config/settings.ts';
import { configuredMcpServers, type McpServerConfig } from './config/tool-servers.ts';
import { configuredUpstreams, type UpstreamConfig } from './config/upstreams.ts';
import { StartupError } from './startup-error.ts';

export interface Config {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Origins besides the served address. */
  readonly origins: readonly string[];
  /** Absolute path of the folder of the embedded database. */
  readonly dataFolder: string;
  /** Upstream calls open at once. */
  readonly maxUpstream: number;
  /** Of one person; null: no limit of their own. */
  readonly maxPerUser: number | null;
  /** How many may wait, in all and of one person. */
  readonly maxWaiting: number;
  readonly maxWaitingPerUser: number;
  /** How long an answer waits for its turn before it fails. */
  readonly queueMs: number;
  /** Model of a new chat: full id or bare name. */
  readonly model: string | null;
  /** Model that makes vectors of texts: full id, or the bare name of one of the first upstream. */
  readonly embeddingModel: string | null;
  readonly upstreams: readonly UpstreamConfig[];
  /** Servers of tools. */
  readonly mcpServers: readonly McpServerConfig[];
  /** Model calls of one answer that uses tools, tools that run at once in it, and how long each may take. */
  readonly toolRounds: number;
  readonly toolsAtOnce: number;
  readonly toolMs: number;
  /** Whether model servers on loopback are looked for. */
  readonly findsLocal: boolean;
  readonly databaseUrl: Secret | null;
  readonly secret: Secret | null;
  readonly logLevel: LogLevel;
  /** What a reader of `/metrics` has to show; null: only this machine itself may read. */
  readonly metricsToken: Secret | null;
  /** Where metrics and traces are sent; null: nowhere. */
  readonly collector: CollectorConfig | null;
  /** Whether new chats get titles from the model. */
  readonly titles: boolean;
  /** Browser tabs connected at once. */
  readonly maxSocketsPerUser: number;
  readonly maxSocketsPerAddress: number;
  /** Pages are compiled as they change. */
  readonly development: boolean;
  /** How long answers may go on after SIGTERM. */
  readonly drainMs: number;
}

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The settings, checked and frozen. The only reader of the environment.
 * @throws StartupError with every problem, one line each: the variable, its value, what is expected
 */
export function loadConfig(env: Env = process.env, { cwd = process.cwd() } = {}): Config {
  const settings = new Settings(env);
  const config: Config = {
    ...serving(settings),
    ...watching(settings),
    ...measuring(settings),
    ...storing(settings, cwd),
    ...asking(settings, cwd),
    ...calling(settings, cwd),
  };
  if (settings.problems.length > 0) throw new StartupError(settings.problems.join('\n'));
  return frozen(config);
}

function serving(settings: Settings) {
  return {
    port: settings.value('PORT', { schema: whole(0, 65_535), expected: 'a port from 0 to 65535' }) ?? 3000,
    host: settings.value('HOST', { schema: host, expected: 'a host name or an address' }) ?? '127.0.0.1',
    origins: settings.value('WEIR_ORIGINS', { schema: origins, expected: originsExpected }) ?? [],
    maxSocketsPerUser: settings.value('WEIR_SOCKETS_PER_USER', count) ?? 32,
    maxSocketsPerAddress: settings.value('WEIR_SOCKETS_PER_ADDRESS', count) ?? 1_000,
    development: settings.text('NODE_ENV') === 'development',
  };
}

function watching(settings: Settings) {
  return {
    logLevel: settings.value('WEIR_LOG', { schema: z.enum(logLevels), expected: levelExpected }) ?? 'warn',
    drainMs: 1000 * (settings.value('WEIR_DRAIN_SECONDS', { schema: drain, expected: drainExpected }) ?? 30),
  };
}

const count = { schema: whole(1, 100_000), expected: 'a whole number from 1 up' };
const onOff = { schema: z.enum(['on', 'off']), expected: 'on or off' };
const host = z.string().regex(/^[\w.:[\]%-]+$/);
const origins = z.preprocess(
  (text) =>
    String(text)
      .split(/[\s,]+/)
      .filter((origin) => origin !== ''),
  z.array(z.string().refine(isOrigin)),
);
const originsExpected = 'origins like https://chat.example, without a path, separated by commas';
const levelExpected = `one of ${logLevels.join(', ')}`;
const drain = z.coerce.number().min(0).max(3600);
const drainExpected = 'seconds from 0 to 3600';
const queue = z.coerce.number().gt(0).max(10_080);
const queueExpected = 'minutes, more than 0 and at most 10080';

function storing(settings: Settings, cwd: string) {
  return {
    dataFolder: resolve(cwd, settings.text('WEIR_DATA') ?? '.data'),
    databaseUrl: settings.secret('DATABASE_URL', {
      schema: address('postgres:', 'postgresql:'),
      expected: 'an address like postgresql://user:password@host:5432/database',
    }),
    secret: settings.secret('WEIR_SECRET', {
      schema: z.string().min(32),
      expected: 'at least 32 random characters (openssl rand -base64 32)',
    }),
  };
}

function asking(settings: Settings, cwd: string) {
  return {
    upstreams: configuredUpstreams(settings, cwd),
    model: settings.text('WEIR_MODEL'),
    embeddingModel: settings.text('WEIR_EMBEDDING_MODEL'),
    maxUpstream: settings.value('WEIR_MAX_UPSTREAM', count) ?? 8,
    maxPerUser: settings.value('WEIR_MAX_PER_USER', count),
    maxWaiting: settings.value('WEIR_MAX_WAITING', count) ?? 10_000,
    maxWaitingPerUser: settings.value('WEIR_MAX_WAITING_PER_USER', count) ?? 1_000,
    queueMs:
      60_000 * (settings.value('WEIR_QUEUE_MINUTES', { schema: queue, expected: queueExpected }) ?? 60),
    findsLocal: settings.value('WEIR_LOCAL', onOff) !== 'off',
    titles: settings.value('WEIR_TITLES', onOff) !== 'off',
  };
}

function calling(settings: Settings, cwd: string) {
  return {
    mcpServers: configuredMcpServers(settings, cwd),
    toolRounds: settings.value('WEIR_TOOL_ROUNDS', few) ?? 10,
    toolsAtOnce: settings.value('WEIR_TOOLS_AT_ONCE', few) ?? 4,
    toolMs:
      1000 *
      (settings.value('WEIR_TOOL_SECONDS', { schema: toolTime, expected: 'seconds from 1 to 3600' }) ?? 30),
  };
}

const few = { schema: whole(1, 100), expected: 'a whole number from 1 to 100' };
const toolTime = z.coerce.number().min(1).max(3600);

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) frozen(part);
  }
  return Object.freeze(value);
}
