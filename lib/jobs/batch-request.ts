import type { ItemInput, StageOutput } from '#lib/store/batch-store.ts';
import type { ModelRequest, ModelSettings, ModelTurn } from '#lib/upstream/model-request.ts';
import { type BatchStage, batchLimits } from '#lib/wire/batch.ts';
import { render } from './batch-template.ts';

/** A message of a batch: words and nothing else. */
interface BatchTurn extends ModelTurn {
  content: string;
}

/** What is asked of a model for one item in one stage. */
export interface BatchRequest {
  model: string;
  messages: BatchTurn[];
  /** Fields of OpenAI's request beside model and messages, as they stood in the file or in the stage. */
  options: Readonly<Record<string, unknown>>;
}

/** What of the options says how to answer. The rest (`user`, `metadata`) is for whoever keeps the answer. */
const settings = [
  'temperature',
  'top_p',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'response_format',
  'reasoning_effort',
] as const satisfies readonly (keyof ModelSettings)[];

/** The one place where a request of a batch becomes one of the Model port. */
export function modelRequestOf({ messages, options }: BatchRequest): ModelRequest {
  const most = options.max_completion_tokens ?? options.max_tokens;
  const wished = settings.flatMap((name) => (options[name] == null ? [] : [[name, options[name]] as const]));
  return {
    messages,
    ...(typeof most === 'number' ? { maxTokens: most } : {}),
    ...(wished.length > 0 ? { settings: Object.fromEntries(wished) } : {}),
  };
}

/** @param outputs of the stages before this one */
export function requestOf(
  stages: readonly BatchStage[],
  at: number,
  input: ItemInput,
  outputs: readonly StageOutput[],
): BatchRequest {
  const stage = stages[at];
  if (stage === undefined) throw new Error(`there is no stage ${at}`);
  const options = {
    ...(stage.maxTokens === undefined ? {} : { max_tokens: stage.maxTokens }),
    ...(stage.temperature === undefined ? {} : { temperature: stage.temperature }),
  };
  const system: BatchTurn[] = stage.system ? [{ role: 'system', content: stage.system }] : [];
  if (stage.template === null) return asItStands(stage, input, { options, system });
  const texts = new Map(outputs.map(({ text }, index) => [stages[index]?.name ?? '', text]));
  const content = render(stage.template, input.kind === 'variables' ? input.variables : {}, texts);
  return { model: stage.model ?? '', messages: [...system, { role: 'user', content }], options };
}

function asItStands(
  stage: BatchStage,
  input: ItemInput,
  own: { options: Record<string, unknown>; system: BatchTurn[] },
): BatchRequest {
  if (input.kind !== 'request') throw new Error('only requests are sent as they stand');
  const { model, messages, ...options } = input.body;
  return {
    model: stage.model ?? String(model),
    messages: [...own.system, ...turnsOf(messages)],
    options: { ...options, ...own.options },
  };
}

/** Texts of OpenAI's messages; `bodyProblem` has looked at them before. */
function turnsOf(messages: unknown): BatchTurn[] {
  return (messages as { role: string; content: unknown }[]).map(({ role, content }) => ({
    role: role === 'assistant' || role === 'user' ? role : 'system',
    content: textOf(content) ?? '',
  }));
}

function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part: unknown) => (isText(part) ? part.text : null));
  return texts.every((text) => text !== null) ? texts.join('') : null;
}

function isText(part: unknown): part is { text: string } {
  return isRecord(part) && part.type === 'text' && typeof part.text === 'string';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const roles = ['system', 'developer', 'user', 'assistant'];

/** Why a body cannot be asked; null when it can. */
export function bodyProblem(body: unknown): string | null {
  if (!isRecord(body)) return '`body` must be an object: the request to /v1/chat/completions.';
  const { model, messages, stream, n, tools, functions } = body;
  if (typeof model !== 'string' || model === '') return '`body.model` must name a model.';
  if (!Array.isArray(messages) || messages.length === 0) return '`body.messages` must be a list of messages.';
  if (stream === true) return '`body.stream` has no meaning in a batch: leave it out.';
  if (tools !== undefined || functions !== undefined)
    return '`body.tools` cannot be used: nobody is there to answer the calls. Leave it out.';
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    if (body[name] != null && !isTokens(body[name]))
      return `\`body.${name}\` must be a whole number from 1 to ${batchLimits.maxTokens}.`;
  }
  if (n !== undefined && n !== 1) return '`body.n` must be 1: ask for each answer in a line of its own.';
  const at = messages.findIndex((message: unknown) => !isAskable(message));
  if (at < 0) return null;
  return `\`body.messages[${at}]\` must have a role (${roles.join(', ')}) and a text as its content.`;
}

const isTokens = (value: unknown) =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= batchLimits.maxTokens;

function isAskable(message: unknown): boolean {
  if (!isRecord(message)) return false;
  return roles.includes(String(message.role)) && textOf(message.content) !== null;
}

/** What a person sees of a request in a line of a table: its last message. */
export function promptOf(body: Record<string, unknown>): string {
  return turnsOf(body.messages).at(-1)?.content ?? '';
}
