import { Clocks, clockFailure } from './clocks.ts';
import { type Fields, isFields } from './completion-chunk.ts';
import { networkFailure } from './failures.ts';
import { UpstreamFailure } from './model.ts';
import type { EmbeddingRequest, Embeddings } from './model-request.ts';
import type { CallGround } from './openai-call.ts';
import { refusedStatus, sdkFailure } from './openai-failures.ts';
import { Exchange } from './undici-exchange.ts';
import type { ExchangeOptions } from './undici-fetch.ts';

/** 2,048 texts of 3,072 numbers written out. */
const mostBytes = 96 * 1024 * 1024;

interface Terms {
  ground: CallGround;
  signal: AbortSignal;
}

/** One logical call; see `EmbeddingModel.embed`. */
export async function openAiEmbeddings(
  model: string,
  request: EmbeddingRequest,
  { ground, signal }: Terms,
): Promise<Embeddings> {
  signal.throwIfAborted();
  const cut = Promise.withResolvers<never>();
  const clocks = new Clocks(ground.limits, (clock) => cut.reject(clockFailure(clock)));
  const abort = () => cut.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const exchanges: Exchange[] = [];
  const open = () => {
    const exchange = new Exchange(() => clocks.connected());
    exchanges.push(exchange);
    return exchange;
  };
  try {
    const body = await Promise.race([asked(model, request, { ground, open }), cut.promise]);
    return embeddingsIn(body, request.inputs.length);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw sdkFailure(error, exchanges.at(-1)?.said ?? '');
  } finally {
    clocks.stop();
    signal.removeEventListener('abort', abort);
    for (const exchange of exchanges) exchange.close();
  }
}

interface Way {
  ground: CallGround;
  open: () => Exchange;
}

async function asked(model: string, request: EmbeddingRequest, way: Way): Promise<string> {
  const { client, dialect } = way.ground;
  const body = dialect.embeddingBody(model, request);
  const exchange = way.open();
  const fetchOptions: ExchangeOptions = { exchange, redirect: 'manual' };
  try {
    const response = await client.post('/embeddings', { body, fetchOptions }).asResponse();
    if ((response.headers.get('content-encoding') ?? 'identity') !== 'identity') throw malformed();
    return await whole(exchange);
  } catch (error) {
    const status = refusedStatus(error);
    if (status === null || !dialect.learnEmbedding(body, status, exchange.said)) throw error;
    return asked(model, request, way);
  }
}

/** @throws UpstreamFailure `answer_too_large`, or the network's */
function whole(exchange: Exchange): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const parts: Buffer[] = [];
  let size = 0;
  exchange.receive({
    data(bytes) {
      parts.push(bytes);
      size += bytes.length;
      if (size > mostBytes) reject(new UpstreamFailure('answer_too_large'));
    },
    end: () => resolve(Buffer.concat(parts).toString()),
    error: (error) => reject(networkFailure(error) ?? error),
  });
  return promise;
}

/** @throws UpstreamFailure `upstream_malformed` */
export function embeddingsIn(text: string, count: number): Embeddings {
  const body = parsed(text);
  const data = Array.isArray(body.data) ? body.data.filter(isFields) : [];
  const vectors = inOrder(data).map(vectorOf);
  const length = vectors[0]?.length ?? 0;
  if (vectors.length !== count || length === 0 || vectors.some((one) => one.length !== length))
    throw malformed();
  return { vectors, usage: usageOf(body.usage) };
}

function parsed(text: string): Fields {
  try {
    const body: unknown = JSON.parse(text);
    if (isFields(body)) return body;
  } catch {
    // The parser's own message quotes what it read.
    throw malformed();
  }
  throw malformed();
}

/** By `index`, where every item has one. */
function inOrder(data: Fields[]): Fields[] {
  const places = data.map(({ index }) => index);
  const areGiven = places.every((place) => typeof place === 'number') && new Set(places).size === data.length;
  return areGiven ? data.toSorted((one, other) => Number(one.index) - Number(other.index)) : data;
}

function vectorOf({ embedding }: Fields): Float32Array {
  if (typeof embedding === 'string') return unpacked(embedding);
  const isVector = Array.isArray(embedding) && embedding.every((value) => typeof value === 'number');
  if (!isVector) throw malformed();
  return Float32Array.from(embedding);
}

/** Floats of four bytes, little end first. */
function unpacked(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % 4 !== 0) throw malformed();
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}

function usageOf(usage: unknown): Embeddings['usage'] {
  const tokens = isFields(usage) ? (usage.prompt_tokens ?? usage.total_tokens) : null;
  return typeof tokens === 'number' && Number.isInteger(tokens) && tokens >= 0 ? { tokensIn: tokens } : null;
}

const malformed = () =>
  new UpstreamFailure('upstream_malformed', { message: 'no embeddings, or not one for each text' });
