import * as z from 'zod/mini';
import { batchProblem } from './batch.ts';

const count = z.number();

export const batchPreview = z.object({
  /** The first stage of the first three items, as the model will read it. */
  prompts: z.array(z.object({ index: count, system: z.nullable(z.string()), prompt: z.string() })),
  estimate: z.object({
    /** Items times stages. */
    calls: count,
    /** Of all stages; outputs of earlier stages are guessed at. Roughly: four units of text to a token. */
    tokensIn: count,
  }),
  /** What is worth a look before the start, and does not prevent it. */
  warnings: z.optional(z.array(batchProblem)),
});
export type BatchPreview = z.infer<typeof batchPreview>;
