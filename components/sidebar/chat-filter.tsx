'use client';

import { Search, X } from 'lucide-react';

export function ChatFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <div className="relative">
      <Search
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint"
      />
      <input
        type="text"
        aria-label="Filter chats"
        placeholder="Filter"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return;
          event.preventDefault();
          onChange('');
        }}
        className="h-8 w-full rounded-md bg-transparent pr-8 pl-8 text-[0.8125rem] placeholder:text-faint hover:bg-hover focus:bg-raised"
      />
      {value === '' ? null : (
        <button
          type="button"
          aria-label="Clear filter"
          onClick={() => onChange('')}
          className="absolute top-1/2 right-1 grid size-6 -translate-y-1/2 place-items-center rounded text-faint hover:text-ink"
        >
          <X size={14} />
        </button>
      )}
    </div>
  );
}
