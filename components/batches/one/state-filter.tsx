'use client';

import { whole } from '#components/format.ts';
import { cx } from '#components/ui/cx.ts';
import type { BatchSummary, ItemState } from '#lib/wire/batch.ts';
import { itemWords } from '../batch-words.ts';

const states = ['running', 'waiting', 'done', 'failed', 'cancelled'] as const;

/** Which items are listed; only states that have some. */
export function StateFilter({
  batch,
  value,
  onChange,
}: {
  batch: BatchSummary;
  value: ItemState | null;
  onChange: (state: ItemState | null) => void;
}) {
  const shown = states.filter((state) => batch.counts[state] > 0 || state === value);
  return (
    <fieldset className="flex flex-wrap gap-1">
      <legend className="sr-only">Show items</legend>
      <Choice label="All" count={batch.total} isOn={value === null} onPress={() => onChange(null)} />
      {shown.map((state) => (
        <Choice
          key={state}
          label={itemWords[state].label}
          count={batch.counts[state]}
          isOn={value === state}
          onPress={() => onChange(state)}
        />
      ))}
    </fieldset>
  );
}

function Choice({
  label,
  count,
  isOn,
  onPress,
}: {
  label: string;
  count: number;
  isOn: boolean;
  onPress: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onPress}
      className={cx(
        'inline-flex h-7 items-center gap-1.5 rounded-full px-2.5 text-xs tabular-nums transition-colors [@media(pointer:coarse)]:h-9',
        isOn ? 'bg-wash font-medium text-accent' : 'text-soft hover:bg-hover hover:text-ink',
      )}
    >
      {label}
      <span className={isOn ? undefined : 'text-faint'}>{whole(count)}</span>
    </button>
  );
}
