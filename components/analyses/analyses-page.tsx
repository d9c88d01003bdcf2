'use client';

import { ScanText, Square } from 'lucide-react';
import { type Ref, useRef } from 'react';
import { PageFrame, PageHeading } from '#components/batches/page-frame.tsx';
import { WentWrong } from '#components/batches/went-wrong.tsx';
import { ModelPicker } from '#components/composer/model-picker.tsx';
import { Button } from '#components/ui/button.tsx';
import { AnalysisCard } from './analysis-card.tsx';
import { exactWords, progressWords, timesWords } from './analysis-words.ts';
import { ChoiceSection } from './choice-section.tsx';
import { SourceSection } from './source-section.tsx';
import { type AnalysesView, useAnalyses } from './use-analyses.ts';

/** Summary, sentiment, key facts and own questions about a text or a chat, all at once. */
export function AnalysesPage() {
  const view = useAnalyses();
  const { problem, cards } = view.shown;
  const results = useRef<HTMLElement>(null);
  const start = () => {
    view.start();
    // On phones they would begin below what is seen.
    requestAnimationFrame(() => results.current?.scrollIntoView({ block: 'nearest' }));
  };
  return (
    <PageFrame>
      <PageHeading>Analyses</PageHeading>
      <p className="mt-1 max-w-prose text-soft">
        Several questions about one text, asked at once; each answer appears as it comes.
      </p>
      <section
        aria-label="What to analyse"
        className="mt-4 grid gap-4 rounded-xl border border-line bg-raised p-4"
      >
        <SourceSection view={view} />
        <ChoiceSection view={view} />
        <Off view={view} start={start} />
      </section>
      {problem === null ? null : <WentWrong message={problem} className="mt-4" />}
      {cards.length === 0 ? null : <Results view={view} section={results} />}
    </PageFrame>
  );
}

function Off({ view, start }: { view: AnalysesView; start: () => void }) {
  const { hindrance, isRunning, model, change, board } = view;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {isRunning ? (
        <Button onClick={() => board.stop()}>
          <Square size={12} fill="currentColor" aria-hidden="true" />
          Stop
        </Button>
      ) : (
        <Button look="solid" disabled={hindrance !== null} onClick={start}>
          <ScanText size={15} aria-hidden="true" />
          Analyse
        </Button>
      )}
      <ModelPicker model={model} onChange={(next) => change({ model: next })} />
      <p role="status" className="text-[0.8125rem] text-soft empty:hidden">
        {isRunning ? '' : hindrance}
      </p>
    </div>
  );
}

function Results({
  view: { shown, isRunning, board },
  section,
}: {
  view: AnalysesView;
  section: Ref<HTMLElement>;
}) {
  const { cards, times } = shown;
  return (
    <section ref={section} aria-label="Results" className="mt-6 scroll-mt-4">
      <p
        role="status"
        title={isRunning || times === null ? undefined : exactWords(times)}
        className="mb-3 min-h-5 text-soft tabular-nums"
      >
        {isRunning || times === null ? progressWords(cards) : timesWords(times)}
      </p>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,21rem),1fr))] items-start gap-4">
        {cards.map((card) => (
          <AnalysisCard key={card.key} card={card} onRetry={() => void board.retry(card.key)} />
        ))}
      </div>
    </section>
  );
}
