import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Secret } from './secret.ts';
import { apiKey, modelServer, modelServerExpected, type Settings } from './settings.ts';

/** One model server. */
export interface UpstreamConfig {
  /** First part of its models' ids. */
  readonly name: string;
  readonly baseUrl: string;
  readonly key: Secret | null;
  /** Null: what the server lists. */
  readonly models: readonly string[] | null;
  /** Its models that make vectors of texts. */
  readonly embeddingModels: readonly string[];
  /** Calls open at once per model; null: only the limits above it count. */
  readonly limit: number | null;
  /** Per model and minute; null: no limit. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Id of the model that answers when one of this upstream has failed for good. */
  readonly fallback: string | null;
  readonly timeouts: Timeouts;
}

export interface Timeouts {
  readonly connectMs?: number;
  readonly firstContentMs?: number;
  readonly idleMs?: number;
  readonly totalMs?: number;
}

export const fileName = 'weir.config.json';

/**
 * The upstream of `OPENAI_API_KEY` and `OPENAI_BASE_URL`, then those of weir.config.json in `cwd`. The file describes more
 * of an upstream than the environment can, so a name in it takes the place of the same name outside.
 */
export function configuredUpstreams(settings: Settings, cwd: string): UpstreamConfig[] {
  const inFile = upstreamsOfFile(settings, cwd);
  const ofEnv = upstreamOfEnv(settings).filter(({ name }) => !inFile.some((other) => other.name === name));
  const upstreams = [...ofEnv, ...inFile];
  const names = upstreams.map(({ name }) => name);
  for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at))) {
    settings.problems.push(`${fileName}: upstream name "${name}" is used twice: expected different names.`);
  }
  for (const { name, fallback } of upstreams) {
    if (fallback === null || names.includes(fallback.slice(0, fallback.indexOf('/')))) continue;
    settings.problems.push(
      `${fileName}: fallback of "${name}": expected a model of one of the upstreams ${names.join(', ')}, like "${names[0]}/model".`,
    );
  }
  return upstreams;
}

function upstreamOfEnv(settings: Settings): UpstreamConfig[] {
  const key = settings.secret('OPENAI_API_KEY', apiKey);
  const given = settings.value('OPENAI_BASE_URL', {
    schema: modelServer,
    expected: modelServerExpected,
    hidden: settings.text('OPENAI_BASE_URL')?.includes('@') === true,
  });
  if (key === null && given === null) return [];
  const baseUrl = given ?? 'https://api.openai.com/v1';
  return [{ name: nameOf(baseUrl), baseUrl, key, ...defaults }];
}

const defaults = {
  models: null,
  embeddingModels: [],
  limit: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  fallback: null,
  timeouts: {},
};

/** `openai` for OpenAI itself, else the host, so that the ids of models say who answers. */
function nameOf(baseUrl: string): string {
  const host = new URL(baseUrl).hostname.replace(/^api\./, '');
  return host === 'openai.com' ? 'openai' : host.replaceAll(/[^\w.-]/g, '');
}

const limit = z.int('a whole number').min(1, 'at least 1').nullable().default(null);
const perMinute = z.number('a number').positive('more than 0').nullable().default(null);
const seconds = z.number('seconds').positive('more than 0').max(86_400, 'at most a day').optional();

const fileShape = z.strictObject({
  // Read by tool-servers.ts.
  mcpServers: z.unknown().optional(),
  upstreams: z.array(
    z.strictObject({
      name: z
        .string('a text')
        .regex(/^[a-z0-9][\w.-]{0,39}$/i, 'letters, digits, dots and hyphens, at most 40, no slash'),
      baseUrl: modelServer,
      keyVariable: z
        .string('the name of an environment variable')
        .regex(/^[A-Za-z_]\w*$/, 'the name of an environment variable, not a key')
        .optional(),
      models: z
        .array(z.string('a text').min(1, 'a name'))
        .min(1, 'at least one model')
        .nullable()
        .default(null),
      embeddingModels: z.array(z.string('a text').min(1, 'a name')).default([]),
      limit,
      requestsPerMinute: perMinute,
      tokensPerMinute: perMinute,
      fallback: z
        .string('the id of a model')
        .regex(/^[^/]+\/.+$/, 'the id of a model, like "openai/gpt-5-mini"')
        .nullable()
        .default(null),
      timeouts: z
        .strictObject({
          connectSeconds: seconds,
          firstContentSeconds: seconds,
          idleSeconds: seconds,
          totalSeconds: seconds,
        })
        .prefault({}),
    }),
    'a list of upstreams',
  ),
});

/** A file that names servers of tools need not name upstreams. */
const wholeShape = z.preprocess(
  (file) =>
    typeof file === 'object' && file !== null && 'mcpServers' in file && !('upstreams' in file)
      ? { ...file, upstreams: [] }
      : file,
  fileShape,
);

type FileUpstream = z.infer<typeof fileShape>['upstreams'][number];

function upstreamsOfFile(settings: Settings, cwd: string): UpstreamConfig[] {
  const content = readConfigFile(settings, cwd);
  if (content === null) return [];
  const result = wholeShape.safeParse(content);
  if (result.success) return result.data.upstreams.map((upstream, at) => ofFile(settings, upstream, at));
  for (const issue of result.error.issues) settings.problems.push(sentence(issue));
  return [];
}

/** Values are not shown: a key pasted into the wrong place would be among them. */
export function sentence(issue: z.core.$ZodIssue): string {
  const place = issue.path.reduce<string>(
    (path, part) =>
      typeof part === 'number' ? `${path}[${part}]` : `${path}${path === '' ? '' : '.'}${String(part)}`,
    '',
  );
  const where = place === '' ? fileName : `${fileName}: ${place}`;
  if (issue.code === 'unrecognized_keys') {
    return `${where} has ${issue.keys.map((name) => JSON.stringify(name)).join(', ')}: expected only known names.`;
  }
  if (place.endsWith('baseUrl')) return `${where}: expected ${modelServerExpected}.`;
  return `${where}: expected ${issue.message}.`;
}

/** Null when there is none, and when it cannot be read: then there is a problem more. */
export function readConfigFile(settings: Settings, cwd: string): unknown {
  const path = join(cwd, fileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    if (code !== 'ENOENT')
      settings.problems.push(`${fileName} cannot be read (${code}): expected a readable file.`);
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    settings.problems.push(`${fileName}: expected JSON like {"upstreams": [{"name": …, "baseUrl": …}]}.`);
    return null;
  }
}

function ofFile(settings: Settings, upstream: FileUpstream, at: number): UpstreamConfig {
  const { keyVariable, timeouts, ...rest } = upstream;
  const key = keyVariable === undefined ? null : settings.secret(keyVariable, apiKey);
  if (keyVariable !== undefined && settings.text(keyVariable) === null) {
    settings.problems.push(
      `${fileName}: upstreams[${at}].keyVariable: ${keyVariable} is not set: expected the key of "${rest.name}" in it.`,
    );
  }
  return { ...rest, key, timeouts: inMs(timeouts) };
}

function inMs(timeouts: FileUpstream['timeouts']): Timeouts {
  const given = Object.entries(timeouts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name.replace('Seconds', 'Ms'), Math.ceil(Number(value) * 1000)]),
  );
}
