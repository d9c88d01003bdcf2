'use client';

import { Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '#components/ui/icon-button.tsx';
import type { FieldProblem, StageDraft } from '#lib/client/batch-draft.ts';
import { LongField, TextField } from './field.tsx';
import { inserted } from './stage-edits.ts';
import { StageParameters } from './stage-parameters.tsx';

export interface StageCardProps {
  stage: StageDraft;
  at: number;
  isPipeline: boolean;
  /** Its requests are sent as they stand in the file. */
  isAsItStands: boolean;
  placeholders: readonly string[];
  problems: readonly FieldProblem[];
  onChange: (change: Partial<StageDraft>) => void;
  onRemove: () => void;
}

export function StageCard(props: StageCardProps) {
  const { stage, at, isPipeline, isAsItStands, problems, onChange, onRemove } = props;
  const problem = (field: FieldProblem['field']) => problems.find((one) => one.field === field)?.message;
  return (
    <li
      aria-label={isPipeline ? `Stage ${at + 1}` : 'Prompt'}
      className="grid gap-3 rounded-xl border border-line bg-raised p-4"
    >
      {isPipeline ? (
        <div className="flex items-end gap-2">
          <TextField
            label={`Name of stage ${at + 1}`}
            value={stage.name}
            problem={problem('name')}
            onChange={(name) => onChange({ name })}
            className="flex-1"
          />
          <IconButton
            label={`Remove stage ${at + 1}`}
            size="icon"
            icon={<Trash2 size={15} />}
            disabled={isAsItStands}
            onClick={onRemove}
          />
        </div>
      ) : null}
      {isAsItStands ? (
        <p className="text-soft">Each request is sent as it stands in the file, to the model it names.</p>
      ) : (
        <Template {...props} problem={problem('template')} />
      )}
      <StageParameters stage={stage} isAsItStands={isAsItStands} onChange={onChange} problem={problem} />
    </li>
  );
}

function Template({
  stage,
  placeholders,
  onChange,
  problem,
}: StageCardProps & { problem: string | undefined }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const insert = (piece: string) => {
    const { selectionStart = stage.template.length, selectionEnd = stage.template.length } =
      field.current ?? {};
    const { text, cursor } = inserted(stage.template, piece, selectionStart, selectionEnd);
    onChange({ template: text });
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(cursor, cursor);
    });
  };
  return (
    <LongField
      label="Template"
      field={field}
      value={stage.template}
      problem={problem}
      placeholder="What to ask about each item"
      onChange={(template) => onChange({ template })}
    >
      <fieldset className="mt-2 flex flex-wrap items-center gap-1.5">
        <legend className="sr-only">Placeholders</legend>
        {placeholders.map((piece) => (
          <button
            key={piece}
            type="button"
            aria-label={`Insert ${piece}`}
            onClick={() => insert(piece)}
            className="max-w-full truncate rounded bg-wash px-2 py-0.5 font-mono text-accent text-xs hover:bg-hover [@media(pointer:coarse)]:py-2"
          >
            {piece}
          </button>
        ))}
      </fieldset>
    </LongField>
  );
}
