'use client';

import {
  CircleAlert,
  CircleSlash,
  CircleStop,
  Hand,
  Hourglass,
  LoaderCircle,
  RotateCw,
  Wrench,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Level } from '#components/ui/level.tsx';
import { useDueAt, useIsUnsent } from '#lib/client/hooks.ts';
import { type Generation, isEnding } from '#lib/wire/chat.ts';
import { useIsAway } from './away.tsx';
import { type StateWords, stateWords, type Tone } from './state-words.ts';
import { cx } from './ui/cx.ts';
import { useNow } from './use-now.ts';

const tones: Record<Tone, string> = {
  wait: 'text-soft',
  live: 'text-accent',
  calm: 'text-faint',
  warn: 'text-warn',
  bad: 'text-bad',
};

/** Nothing moves that nobody hears of. */
const still = '[&_*]:animate-none';

/**
 * What is happening to an answer; the one place where this is drawn.
 * `compact` is for a row of a list, `full` for the line below an answer.
 */
export function GenerationState({
  generation,
  variant = 'full',
}: {
  generation: Generation;
  variant?: 'full' | 'compact';
}) {
  const { state } = generation;
  const dueAt = useDueAt(generation.id);
  const isAway = useIsAway();
  const isUnsent = useIsUnsent(generation.id);
  const now = useNow(dueAt !== null && !isAway && !isEnding(state));
  const leftMs = dueAt === null ? null : dueAt - now;
  const words = stateWords(state, leftMs, isUnsent ? 'unsent' : isAway ? 'old' : 'fresh');
  if (words === null) return null;
  const isStill = isAway && !isEnding(state);
  const mark = <StateMark name={state.name} />;
  return variant === 'compact' ? (
    <span
      data-generation={state.name}
      title={words.detail === null ? words.label : `${words.label}: ${words.detail}`}
      className={cx(
        'inline-flex shrink-0 items-center gap-1 text-2xs tabular-nums',
        tones[words.tone],
        isStill && still,
      )}
    >
      {mark}
      <span className={state.name === 'streaming' ? 'sr-only' : undefined}>{words.short}</span>
    </span>
  ) : (
    <StateLine words={words} name={state.name} mark={mark} isStill={isStill} />
  );
}

function StateLine({
  words,
  name,
  mark,
  isStill,
}: {
  words: StateWords;
  name: string;
  mark: ReactNode;
  isStill: boolean;
}) {
  return (
    <p
      data-generation={name}
      className={cx(
        'flex items-start gap-2 text-[0.8125rem] tabular-nums',
        tones[words.tone],
        isStill && still,
      )}
    >
      <span className="grid h-[1.45em] shrink-0 place-items-center">{mark}</span>
      <span>
        <span className="font-medium">{words.label}</span>
        {words.detail === null ? null : (
          <span className="text-soft">
            {words.tone === 'bad' || words.tone === 'warn' ? '. ' : ' · '}
            {words.detail}
          </span>
        )}
      </span>
    </p>
  );
}

function StateMark({ name }: { name: Generation['state']['name'] }) {
  switch (name) {
    case 'queued':
      return <Hourglass size={13} aria-hidden="true" />;
    case 'connecting':
    case 'stopping':
      return <LoaderCircle size={13} aria-hidden="true" className="animate-turn" />;
    case 'thinking':
      return <span aria-hidden="true" className="mx-0.5 size-2 animate-pulse-soft rounded-full bg-current" />;
    case 'streaming':
      return <Level />;
    case 'using-tools':
      return <Wrench size={13} aria-hidden="true" className="animate-pulse-soft" />;
    case 'asking':
      return <Hand size={13} aria-hidden="true" />;
    case 'retrying':
      return <RotateCw size={13} aria-hidden="true" />;
    case 'stopped':
      return <CircleStop size={13} aria-hidden="true" />;
    case 'interrupted':
    case 'done':
      return <CircleSlash size={13} aria-hidden="true" />;
    case 'failed':
      return <CircleAlert size={13} aria-hidden="true" />;
  }
}
