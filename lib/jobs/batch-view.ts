import type { StoredBatch, StoredItem } from '#lib/store/batch-store.ts';
import { excerpt, isVoid, outputExcerpt, wholeOutputs } from '#lib/store/batch-store.ts';
import { type BatchItem, itemSentence } from '#lib/wire/batch.ts';
import { promptOf, requestOf } from './batch-request.ts';

/** All that can be shown of an item. */
export function itemView({ stages }: Pick<StoredBatch, 'stages'>, item: StoredItem): BatchItem {
  const { index, customId, state, stage, attempts, code, tokensIn, tokensOut, startedAt, endedAt, input } =
    item;
  const variables =
    input.kind === 'variables'
      ? input.variables
      : { model: String(input.body.model), prompt: promptOf(input.body) };
  const text = Object.values(input.kind === 'variables' ? variables : { prompt: variables.prompt ?? '' });
  const whole = wholeOutputs(item.outputs);
  const shown = isVoid(item) ? whole : item.outputs;
  const row = { index, customId, state, stage, attempts, code, tokensIn, tokensOut, startedAt, endedAt };
  return {
    ...row,
    input: excerpt(text.join(', ')),
    output: isVoid(item) ? null : outputExcerpt(item),
    message: item.message ?? (code === null ? null : itemSentence(code)),
    variables,
    stages: stages.map(({ name }, at) => ({
      name,
      prompt:
        at <= whole.length ? (requestOf(stages, at, input, whole).messages.at(-1)?.content ?? null) : null,
      output: shown[at]?.text ?? null,
      ...(shown[at]?.isPartial === true ? { isPartial: true } : {}),
    })),
  };
}
