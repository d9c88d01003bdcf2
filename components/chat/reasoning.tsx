'use client';

import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useIsAway } from '#components/away.tsx';
import { duration } from '#components/format.ts';
import { Markdown } from '#components/markdown/lazy-markdown.tsx';
import { useNow } from '#components/use-now.ts';
import type { Generation } from '#lib/wire/chat.ts';

interface Thought {
  from: number;
  to: number | null;
}
/** By generation: how long thinking took, as far as this page saw it begin. */
const thoughts = new Map<string, Thought>();

/** What the model thought before it answered, folded away. */
export function Reasoning({
  text,
  generation,
  isThinking,
}: {
  text: string;
  generation: Generation | null;
  isThinking: boolean;
}) {
  const [isOpen, setOpen] = useState(false);
  const took = useThinkingTime(generation, isThinking);
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="mb-3 text-[0.8125rem] text-soft"
    >
      <summary className="inline-flex list-none items-center gap-1.5 rounded-md py-0.5 pr-1.5 hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={14}
          aria-hidden="true"
          className={isOpen ? 'rotate-90 transition-transform' : 'transition-transform'}
        />
        {isThinking ? 'Thinking' : 'Thought'}
        {took === null ? null : <span className="tabular-nums">for {duration(took)}</span>}
      </summary>
      {isOpen ? (
        <div className="mt-1.5 ml-[0.4rem] border-line border-l pl-4 [&_.markdown]:text-[0.8125rem]">
          <Markdown text={text} isArriving={isThinking} />
        </div>
      ) : null}
    </details>
  );
}

function useThinkingTime(generation: Generation | null, isThinking: boolean): number | null {
  const isAway = useIsAway();
  const now = useNow(isThinking && !isAway);
  const id = generation?.id;
  useEffect(() => {
    if (id === undefined) return;
    const known = thoughts.get(id);
    if (isThinking && known === undefined) thoughts.set(id, { from: Date.now(), to: null });
    if (!isThinking && known?.to === null) thoughts.set(id, { ...known, to: Date.now() });
  }, [id, isThinking]);
  const thought = id === undefined ? undefined : thoughts.get(id);
  if (thought === undefined || (isThinking && isAway)) return null;
  const ms = (thought.to ?? now) - thought.from;
  return ms < 1_000 ? null : Math.floor(ms / 1_000) * 1_000;
}
