import { OpenAI } from 'openai';
import { usualMostChars } from './answer.ts';
import { type Limits, usualLimits } from './clocks.ts';
import { isFields } from './completion-chunk.ts';
import { Dialect } from './dialect.ts';
import { type EmbeddingModel, type Model, type ModelSink, UpstreamFailure } from './model.ts';
import type { EmbeddingRequest, ModelRequest } from './model-request.ts';
import { type CallGround, OpenAiCall } from './openai-call.ts';
import { openAiEmbeddings } from './openai-embeddings.ts';
import { sdkFailure } from './openai-failures.ts';
import { Exchange } from './undici-exchange.ts';
import { type ExchangeOptions, upstreamFetch } from './undici-fetch.ts';
import type { Upstream, UpstreamSettings } from './upstream.ts';

/** The SDK's own clock, out of the way of ours. */
const never = 2 ** 31 - 1;

/** An OpenAI-compatible server. @param mostChars UTF-16 units of one answer */
export function openaiUpstream(settings: UpstreamSettings, mostChars: number = usualMostChars): Upstream {
  const limits: Limits = { ...usualLimits, ...settings.timeouts };
  const fetch = upstreamFetch(new URL(settings.baseUrl).origin, limits.connectMs);
  const client = sdkClient(settings, fetch);
  const ground: CallGround = { client, dialect: new Dialect(), limits, mostChars };
  return {
    settings,
    model: (name) => openaiModel(`${settings.name}/${name}`, name, ground),
    embedding: (name) => openaiEmbedding(`${settings.name}/${name}`, name, ground),
    offered: (ms) => offered(client, ms),
    close: () => fetch.close(),
  };
}

function openaiModel(id: string, name: string, ground: CallGround): Model {
  return {
    id,
    stream: async (request: ModelRequest, sink: ModelSink, signal: AbortSignal) => {
      signal.throwIfAborted();
      return new OpenAiCall(ground, sink, signal).run(name, request);
    },
  };
}

function openaiEmbedding(id: string, name: string, ground: CallGround): EmbeddingModel {
  return {
    id,
    embed: (request: EmbeddingRequest, signal: AbortSignal) =>
      openAiEmbeddings(name, request, { ground, signal }),
  };
}

/** Everything is given, so that the SDK takes nothing from the environment. */
function sdkClient({ baseUrl, key }: UpstreamSettings, fetch: typeof globalThis.fetch): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    // The SDK wants some key; without one of ours the header is taken out again.
    apiKey: key?.reveal() ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    ...(key === null ? { defaultHeaders: { authorization: null } } : {}),
    logLevel: 'off',
    maxRetries: 0,
    timeout: never,
    fetch,
  });
}

async function offered(client: OpenAI, ms: number): Promise<string[]> {
  const exchange = new Exchange();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new UpstreamFailure('upstream_timeout', { retryable: true }));
    exchange.close();
  }, ms);
  try {
    return await Promise.race([listed(client, exchange), late.promise]);
  } catch (error) {
    throw sdkFailure(error, exchange.said);
  } finally {
    clearTimeout(timer);
  }
}

async function listed(client: OpenAI, exchange: Exchange): Promise<string[]> {
  const fetchOptions: ExchangeOptions = { exchange, redirect: 'manual' };
  const response = await client.models.list({ fetchOptions }).asResponse();
  const names = namesIn(await response.json().catch(() => null));
  if (names === null) throw new UpstreamFailure('upstream_malformed', { message: 'no list of models' });
  return names;
}

/** Null when this is no list of models. Ollama without any says `data: null`. */
function namesIn(body: unknown): string[] | null {
  const data = isFields(body) ? body.data : body;
  if (data === null && isFields(body) && body.object === 'list') return [];
  if (!Array.isArray(data)) return null;
  const ids = data.map((model) => (isFields(model) ? model.id : null));
  return ids.filter((id): id is string => typeof id === 'string' && id !== '');
}
