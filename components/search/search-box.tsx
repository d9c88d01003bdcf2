'use client';

import { LoaderCircle, Search, X } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import type { SearchView } from '#lib/client/search-board.ts';
import { searchLimits } from '#lib/wire/search.ts';

export function SearchBox({
  view,
  write,
  onKeyDown,
}: {
  view: SearchView;
  write: (text: string) => void;
  onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <search className="relative mt-4 block">
      <Search
        size={17}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-3.5 -translate-y-1/2 text-faint"
      />
      <input
        ref={field}
        type="text"
        // biome-ignore lint/a11y/noAutofocus: whoever opens this page came to type here
        autoFocus
        aria-label="Search your messages"
        placeholder="Words, or what it was about"
        autoComplete="off"
        spellCheck={false}
        maxLength={searchLimits.textLength}
        value={view.text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-12 w-full rounded-xl border border-edge bg-raised pr-11 pl-10.5 text-[0.9375rem] placeholder:text-faint"
      />
      <span className="absolute top-1/2 right-2 grid size-8 -translate-y-1/2 place-items-center">
        {view.isBusy && view.text !== '' ? (
          <LoaderCircle size={16} aria-hidden="true" className="animate-turn text-faint" />
        ) : view.text === '' ? null : (
          <button
            type="button"
            aria-label="Clear the search"
            onClick={() => {
              write('');
              field.current?.focus();
            }}
            className="grid size-8 place-items-center rounded-md text-faint hover:text-ink"
          >
            <X size={16} />
          </button>
        )}
      </span>
    </search>
  );
}
