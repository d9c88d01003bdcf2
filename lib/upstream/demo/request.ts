import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatTurn[];
  readonly stream: boolean;
  readonly hasStreamOptions: boolean;
  readonly includeUsage: boolean;
  /** Infinity when the caller sets none. */
  readonly maxTokens: number;
  /** Empty, too, when the caller forbids their use. */
  readonly toolNames: readonly string[];
}

export interface ChatTurn {
  readonly role: string;
  readonly text: string;
}

export interface EmbeddingRequest {
  readonly model: string;
  readonly inputs: readonly string[];
  readonly dimensions: number;
  readonly base64: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const maxBodyBytes = 32 * 1024 * 1024;
const maxInputs = 2048;
const maxDimensions = 4096;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws `Refusal` 413 for a body beyond 32 MiB and 400 for one that is no JSON object. */
export async function readFields(request: IncomingMessage): Promise<Fields> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > maxBodyBytes) throw new Refusal(413, 'The request body is larger than 32 MiB.');
    parts.push(part);
  }
  const body = parseJson(Buffer.concat(parts).toString('utf8'));
  if (!isFields(body)) throw new Refusal(400, 'The request body must be a JSON object.');
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new Refusal(400, 'We could not parse the JSON body of your request.');
    throw cause;
  }
}

function modelOf(fields: Fields): string {
  if (typeof fields.model === 'string' && fields.model !== '') return fields.model;
  throw new Refusal(400, 'you must provide a model parameter', 'model');
}

/** Text of a message: a string, or the text parts of a list. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isFields(part) && typeof part.text === 'string' ? part.text : '')).join('');
}

function turnOf(message: unknown, at: number): ChatTurn {
  if (!isFields(message) || typeof message.role !== 'string') {
    throw new Refusal(400, `messages[${at}] must be an object with a role.`, `messages.[${at}].role`);
  }
  return { role: message.role, text: textOf(message.content) };
}

function limitOf(fields: Fields): number {
  const limit = fields.max_completion_tokens ?? fields.max_tokens ?? null;
  if (limit === null) return Infinity;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit > 0) return limit;
  throw new Refusal(400, 'max_tokens must be a positive integer.', 'max_tokens');
}

function toolNames(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  const named = tools.map((tool) => (isFields(tool) && isFields(tool.function) ? tool.function.name : null));
  return named.filter((name) => typeof name === 'string');
}

/** Throws `Refusal` 400, naming the parameter that is wrong. */
export function chatRequest(fields: Fields): ChatRequest {
  if (!Array.isArray(fields.messages) || fields.messages.length === 0) {
    throw new Refusal(400, 'messages must be a list with at least one message.', 'messages');
  }
  const options = fields.stream_options;
  return {
    model: modelOf(fields),
    messages: fields.messages.map(turnOf),
    stream: fields.stream === true,
    hasStreamOptions: isFields(options),
    includeUsage: isFields(options) && options.include_usage === true,
    maxTokens: limitOf(fields),
    toolNames: fields.tool_choice === 'none' ? [] : toolNames(fields.tools),
  };
}

function inputsOf(input: unknown): string[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input)) return [];
  // Token ids instead of text: one list of numbers is one input.
  if (typeof input[0] === 'number') return [input.join(' ')];
  return input.map((item) => (Array.isArray(item) ? item.join(' ') : String(item)));
}

/** Throws `Refusal` 400, naming the parameter that is wrong. */
export function embeddingRequest(fields: Fields, defaultDimensions: number): EmbeddingRequest {
  const inputs = inputsOf(fields.input);
  if (inputs.length === 0 || inputs.length > maxInputs || inputs.includes('')) {
    throw new Refusal(400, `input must be 1 to ${maxInputs} texts, none of them empty.`, 'input');
  }
  const dimensions = fields.dimensions ?? defaultDimensions;
  if (
    typeof dimensions !== 'number' ||
    !Number.isInteger(dimensions) ||
    dimensions < 1 ||
    dimensions > maxDimensions
  ) {
    throw new Refusal(400, `dimensions must be an integer from 1 to ${maxDimensions}.`, 'dimensions');
  }
  return { model: modelOf(fields), inputs, dimensions, base64: fields.encoding_format === 'base64' };
}

export function lastUserText(turns: readonly ChatTurn[]): string {
  return turns.findLast((turn) => turn.role === 'user')?.text ?? '';
}
