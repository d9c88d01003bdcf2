'use client';

import { RotateCw } from 'lucide-react';
import { StateLabel } from '#components/batches/state-label.tsx';
import { WentWrong } from '#components/batches/went-wrong.tsx';
import { Markdown } from '#components/markdown/lazy-markdown.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { SkeletonText } from '#components/ui/skeleton.tsx';
import { type Card, hasEnded } from '#lib/client/analysis-card.ts';
import { cardWords, titleOf } from './analysis-words.ts';

/** One analysis, as it comes. */
export function AnalysisCard({ card, onRetry }: { card: Card; onRetry: () => void }) {
  const { state, text } = card;
  const title = titleOf(card.ask);
  const words = cardWords(state);
  const isOver = hasEnded(card);
  return (
    <article
      aria-label={title}
      aria-busy={!isOver}
      className="flex min-w-0 flex-col rounded-xl border border-line bg-raised"
    >
      <header className="flex items-start gap-2 border-line border-b py-2.5 pr-2 pl-4">
        <div className="min-w-0 flex-1">
          <h3 className="line-clamp-3 font-medium [overflow-wrap:anywhere]">{title}</h3>
          <StateLabel state={words.mark} words={words} className="max-w-full tabular-nums" />
        </div>
        {/* The places stay where they are when they are needed. */}
        <div className="flex min-h-7 shrink-0 items-center">
          {isOver && text !== '' ? <CopyButton text={text} /> : null}
          {isOver ? <IconButton label="Retry" icon={<RotateCw size={15} />} onClick={onRetry} /> : null}
        </div>
      </header>
      <div className="min-h-24 min-w-0 px-4 py-3">
        {state.name === 'failed' ? (
          <WentWrong message={state.message} className={text === '' ? '' : 'mb-3'} />
        ) : null}
        {text === '' ? isOver ? null : <SkeletonText /> : <Markdown text={text} isArriving={!isOver} />}
      </div>
    </article>
  );
}
