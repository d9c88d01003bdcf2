import * as z from 'zod';
import { batchLimits } from '#lib/wire/batch.ts';

const text = z.string('must be a text');
const whole = (least: number, most: number) =>
  z.int(`must be a whole number from ${least} to ${most}`).min(least).max(most);
const tokens = whole(1, batchLimits.maxTokens);
const number = (least: number, most: number) =>
  z
    .number(`must be a number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const part = z
  .looseObject({ type: z.string('must be a text like "text" or "image_url"'), text: text.optional() })
  .meta({ description: 'A part: `text`, `image_url`, `input_audio`, `file`, passed on as it is.' });
const content = z.union([text, z.array(part).min(1)], 'must be a text or a list of parts');
const name = text.optional();

const toolCall = z.looseObject({
  id: text,
  type: z.string().default('function'),
  function: z.looseObject({ name: text, arguments: text }).optional(),
});

const roles = 'must be one of system, developer, user, assistant, tool';
const message = z
  .discriminatedUnion(
    'role',
    [
      z.object({ role: z.enum(['system', 'developer']), content, name }),
      z.object({ role: z.literal('user'), content, name }),
      z.object({
        role: z.literal('assistant'),
        content: content.nullable().default(null),
        name,
        refusal: text.nullable().optional(),
        reasoning_content: text.nullable().optional(),
        tool_calls: z.array(toolCall).min(1, 'must hold at least one call').optional(),
      }),
      z.object({ role: z.literal('tool'), content, tool_call_id: text }),
    ],
    {
      error: (issue) => (issue.code === 'invalid_union' ? roles : 'must be an object with a role'),
    },
  )
  .meta({ description: 'One turn, as OpenAI has it.' });

const tool = z.looseObject({
  type: z.string('must be a text like "function"'),
  function: z.looseObject({ name: z.string('must be a text').min(1, 'must not be empty') }).optional(),
});

/** Words of OpenAI's that are handed to the model server as they are. */
const passedOn = {
  temperature: number(0, 2).nullish(),
  top_p: number(0, 1).nullish(),
  stop: z.union([text, z.array(text).max(16)], 'must be a text or up to 16 texts').nullish(),
  seed: z.int('must be a whole number').nullish(),
  presence_penalty: number(-2, 2).nullish(),
  frequency_penalty: number(-2, 2).nullish(),
  logit_bias: z.record(z.string(), z.number('must be a number')).nullish(),
  response_format: z.looseObject({ type: z.enum(['text', 'json_object', 'json_schema']) }).nullish(),
  reasoning_effort: text
    .nullish()
    .meta({ description: 'Passed on, as all that follows, to the model server.' }),
  verbosity: text.nullish(),
  tools: z.array(tool).max(128, 'must be at most 128').optional(),
  tool_choice: z.union([text, z.looseObject({ type: text })], 'must be a text or an object').nullish(),
  parallel_tool_calls: z.boolean('must be true or false').optional(),
  prediction: z.looseObject({}).nullish(),
  web_search_options: z.looseObject({}).nullish(),
  service_tier: text.nullish(),
  safety_identifier: text.nullish(),
  prompt_cache_key: text.nullish(),
  user: text.nullish(),
};

/** Words of other servers that tools send, handed on too. */
const ofOthers = {
  top_k: z.number().nullish(),
  min_p: z.number().nullish(),
  repetition_penalty: z.number().nullish(),
  chat_template_kwargs: z.looseObject({}).nullish(),
  thinking: z.unknown().optional(),
  reasoning: z.unknown().optional(),
};

/** Of no use to the model server, and without meaning here: nothing is stored. */
const withoutMeaning = {
  store: z.boolean().nullish(),
  metadata: z.looseObject({}).nullish(),
  modalities: z.array(z.literal('text', 'can only be "text"')).nullish(),
  logprobs: z.literal(false, 'is not passed on by Weir: leave it out').nullish(),
  top_logprobs: z.null('is not passed on by Weir: leave it out').optional(),
};

export const chatRequest = z
  .strictObject({
    model: z.string('must be the id of a model').min(1, 'must be the id of a model').meta({
      description: 'Full id `upstream/model`, or the bare name of a model.',
    }),
    messages: z.array(message, 'must be a list of messages').min(1, 'must hold at least one message'),
    stream: z
      .boolean('must be true or false')
      .nullish()
      .meta({ description: 'Send the answer as it comes.' }),
    stream_options: z
      .looseObject({ include_usage: z.boolean('must be true or false').optional() })
      .nullish()
      .meta({ description: 'With `include_usage` the usage comes in a last chunk.' }),
    n: whole(1, 128).nullish().meta({ description: 'Answers; each is a call of its own.' }),
    max_tokens: tokens
      .nullish()
      .meta({ description: 'Of each answer at most; `max_completion_tokens` is the same, and goes first.' }),
    max_completion_tokens: tokens.nullish(),
    ...passedOn,
    ...ofOthers,
    ...withoutMeaning,
  })
  .meta({ id: 'ChatCompletionRequest' });

export type ChatRequest = z.infer<typeof chatRequest>;

const ours = new Set([
  ...['model', 'messages', 'stream', 'stream_options', 'n', 'max_tokens', 'max_completion_tokens'],
  ...Object.keys(withoutMeaning),
]);

/** What of a request goes on to the model server besides the messages. */
export function settingsOf(request: ChatRequest): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(request).filter(
      ([name, value]) => !ours.has(name) && value !== null && value !== undefined,
    ),
  );
}
