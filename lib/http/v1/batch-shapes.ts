import * as z from 'zod';

const time = z
  .int()
  .nullable()
  .meta({ description: 'Seconds since 1970; null when it has not come to that.' });
const counts = z.object({ total: z.int(), completed: z.int(), failed: z.int() });
const complaint = z.object({
  code: z.string(),
  line: z.int().nullable(),
  message: z.string(),
  param: z.null(),
});

/** OpenAI's batch, for the document. */
export const batch = z
  .object({
    id: z.string(),
    object: z.literal('batch'),
    endpoint: z.string(),
    errors: z.object({ object: z.literal('list'), data: z.array(complaint) }).nullable(),
    input_file_id: z.string(),
    completion_window: z.string(),
    status: z.enum([
      'validating',
      'failed',
      'in_progress',
      'finalizing',
      'completed',
      'cancelling',
      'cancelled',
    ]),
    output_file_id: z.string().nullable(),
    error_file_id: z.string().nullable(),
    created_at: z.int(),
    in_progress_at: time,
    expires_at: time,
    finalizing_at: time,
    completed_at: time,
    failed_at: time,
    expired_at: z.null(),
    cancelling_at: time,
    cancelled_at: time,
    request_counts: counts,
    metadata: z.record(z.string(), z.string()).nullable(),
  })
  .meta({ id: 'Batch' });

export const batchList = z.object({
  object: z.literal('list'),
  data: z.array(batch),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});
