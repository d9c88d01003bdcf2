import * as z from 'zod';

const tokens = z.int();

/** OpenAI's shapes of what /v1 answers, for its document. */
export const errorObject = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ id: 'Error' });

export const chatCompletion = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int().meta({ description: 'Seconds since 1970.' }),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string().nullable(),
          refusal: z.null(),
          reasoning_content: z.string().optional(),
          tool_calls: z
            .array(
              z.object({
                id: z.string(),
                type: z.literal('function'),
                function: z.object({ name: z.string(), arguments: z.string() }),
              }),
            )
            .optional(),
        }),
        logprobs: z.null(),
        finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter']),
      }),
    ),
    usage: z
      .object({ prompt_tokens: tokens, completion_tokens: tokens, total_tokens: tokens })
      .optional()
      .meta({ description: 'Of all answers together; left out when the model server did not tell.' }),
  })
  .meta({ id: 'ChatCompletion' });

export const embeddingList = z
  .object({
    object: z.literal('list'),
    data: z.array(
      z.object({
        object: z.literal('embedding'),
        index: z.int(),
        embedding: z
          .union([z.array(z.number()), z.string()])
          .meta({ description: 'Numbers, or with `base64` their 32-bit floats, little end first.' }),
      }),
    ),
    model: z.string(),
    usage: z.object({ prompt_tokens: tokens, total_tokens: tokens }).optional(),
  })
  .meta({ id: 'EmbeddingList' });

export const model = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.int(),
    owned_by: z.string().meta({ description: 'The model server that has it.' }),
  })
  .meta({ id: 'Model' });

export const modelList = z
  .object({ object: z.literal('list'), data: z.array(model) })
  .meta({ id: 'ModelList' });
