import { Ban, Check, CircleAlert, Hourglass, LoaderCircle } from 'lucide-react';
import type { Tone } from '#components/state-words.ts';
import { cx } from '#components/ui/cx.ts';
import { Level } from '#components/ui/level.tsx';
import type { BatchState, ItemState } from '#lib/wire/batch.ts';
import type { Words } from './batch-words.ts';

export const tones: Record<Tone, string> = {
  wait: 'text-soft',
  live: 'text-accent',
  calm: 'text-soft',
  warn: 'text-warn',
  bad: 'text-bad',
};

/** What happens to a batch or an item, as a mark and in words. */
export function StateLabel({
  state,
  words,
  className,
}: {
  state: BatchState | ItemState;
  words: Words;
  className?: string;
}) {
  return (
    <span
      data-state={state}
      className={cx(
        'inline-flex min-w-0 items-center gap-1.5 text-[0.8125rem]',
        tones[words.tone],
        className,
      )}
    >
      <Mark state={state} tone={words.tone} />
      <span className="truncate">{words.label}</span>
    </span>
  );
}

function Mark({ state, tone }: { state: BatchState | ItemState; tone: Tone }) {
  if (tone === 'live') return <Level />;
  if (tone === 'bad' || tone === 'warn')
    return <CircleAlert size={13} aria-hidden="true" className="shrink-0" />;
  if (state === 'waiting' || (state === 'running' && tone === 'wait'))
    return <Hourglass size={13} aria-hidden="true" className="shrink-0 text-faint" />;
  if (state === 'cancelled') return <Ban size={13} aria-hidden="true" className="shrink-0" />;
  if (state === 'done' || state === 'completed') {
    return <Check size={14} aria-hidden="true" className="shrink-0 text-accent" />;
  }
  return <LoaderCircle size={13} aria-hidden="true" className="shrink-0 animate-turn" />;
}
