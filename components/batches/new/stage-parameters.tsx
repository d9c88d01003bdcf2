'use client';

import { ModelPicker } from '#components/composer/model-picker.tsx';
import type { FieldProblem } from '#lib/client/batch-draft.ts';
import { useModels } from '#lib/client/hooks.ts';
import { LongField, TextField } from './field.tsx';
import type { StageCardProps } from './stage-card.tsx';

/** To which model, in what manner, how many at once. */
export function StageParameters({
  stage,
  isAsItStands,
  onChange,
  problem,
}: Pick<StageCardProps, 'stage' | 'isAsItStands' | 'onChange'> & {
  problem: (field: FieldProblem['field']) => string | undefined;
}) {
  const { models, defaultModel } = useModels();
  const model = models.find(({ id }) => id === stage.model)?.id ?? defaultModel;
  const limit = (
    <TextField
      label="At once"
      placeholder="No limit"
      numeric
      value={stage.limit}
      problem={problem('limit')}
      onChange={(value) => onChange({ limit: value })}
    />
  );
  if (isAsItStands) return <div className="max-w-40">{limit}</div>;
  return (
    <>
      <div className="-ml-2 flex">
        <ModelPicker model={model} onChange={(picked) => onChange({ model: picked })} />
      </div>
      <LongField
        label="System prompt"
        placeholder="None"
        value={stage.system}
        onChange={(system) => onChange({ system })}
      />
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {limit}
        <TextField
          label="Max tokens"
          placeholder="No limit"
          numeric
          value={stage.maxTokens}
          problem={problem('maxTokens')}
          onChange={(maxTokens) => onChange({ maxTokens })}
        />
        <TextField
          label="Temperature"
          placeholder="The model's own"
          numeric
          value={stage.temperature}
          problem={problem('temperature')}
          onChange={(temperature) => onChange({ temperature })}
        />
      </div>
    </>
  );
}
