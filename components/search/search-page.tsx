'use client';

import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { PageFrame, PageHeading } from '#components/batches/page-frame.tsx';
import { WentWrong } from '#components/batches/went-wrong.tsx';
import { Button } from '#components/ui/button.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { SearchView } from '#lib/client/search-board.ts';
import { ResultList } from './result-list.tsx';
import { SearchBox } from './search-box.tsx';
import { countWords, emptyWords, indexWords, isWorthAgain } from './search-words.ts';
import { useSearch } from './use-search.ts';

/** One box over all one's messages. */
export function SearchPage() {
  const { view, write, again } = useSearch();
  const results = useRef<HTMLOListElement>(null);
  const { problem } = view;
  const typed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') again();
    if (event.key === 'Escape' && view.text !== '') write('');
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    results.current?.querySelector('a')?.focus();
  };
  return (
    <PageFrame>
      <div className="mx-auto w-full max-w-3xl">
        <PageHeading>Search</PageHeading>
        <SearchBox view={view} write={write} onKeyDown={typed} />
        <State view={view} again={again} />
        {problem === null ? null : (
          <WentWrong message={problem} className="mt-4">
            <Button size="small" onClick={again}>
              Try again
            </Button>
          </WentWrong>
        )}
        <Found view={view} results={results} />
      </div>
    </PageFrame>
  );
}

function State({ view, again }: { view: SearchView; again: () => void }) {
  const { answer } = view;
  return (
    <div className="mt-2.5 flex min-h-5 flex-wrap items-baseline gap-x-3 gap-y-1 px-1 text-[0.8125rem] text-soft">
      <p role="status" className="font-medium text-ink tabular-nums empty:hidden">
        {countWords(view)}
      </p>
      {answer === null ? null : <p className="tabular-nums">{indexWords(answer)}</p>}
      {answer !== null && isWorthAgain(answer) ? (
        <Button look="link" size="small" onClick={again}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}

function Found({ view, results }: { view: SearchView; results: RefObject<HTMLOListElement | null> }) {
  const { answer, answered, isBusy, text } = view;
  if (text.trim() === '') return <Hint />;
  if (answer === null || answered.trim() === '') return isBusy ? <Waiting /> : null;
  if (answer.hits.length > 0)
    return <ResultList hits={answer.hits} isOld={answered !== text} ref={results} />;
  if (isBusy) return <Waiting />;
  return (
    <div className="mt-10 text-center">
      <p className="font-medium text-[0.9375rem] [overflow-wrap:anywhere]">
        Nothing found for “{answered.trim()}”
      </p>
      <p className="mx-auto mt-1 max-w-prose text-soft">{emptyWords(answer)}</p>
    </div>
  );
}

function Hint() {
  return (
    <p className="mt-10 text-center text-soft">
      Everything you and the models have written is searched, in all your chats and on all their branches.
    </p>
  );
}

function Waiting() {
  return (
    <div role="status" aria-label="Searching" className="mt-5 space-y-5">
      {['w-2/5', 'w-1/3', 'w-1/2'].map((width) => (
        <div key={width} className="space-y-2">
          <Skeleton className={`h-4 ${width}`} />
          <Skeleton className="h-4 w-full" />
        </div>
      ))}
    </div>
  );
}
