'use client';

import { type KeyboardEvent, useEffect, useRef } from 'react';
import { GenerationState } from '#components/generation-state.tsx';
import { cx } from '#components/ui/cx.ts';
import { useGeneration } from '#lib/client/hooks.ts';
import type { Message } from '#lib/wire/chat.ts';

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Which answer is shown where only one has room; each tab says what its answer is doing. */
export function ColumnTabs({
  columns,
  names,
  at,
  onShow,
}: {
  columns: readonly Message[];
  names: readonly string[];
  at: number;
  onShow: (index: number) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (at + step + columns.length) % columns.length;
    onShow(next);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label="Answers"
      onKeyDown={onKeyDown}
      className="relative mt-2 flex gap-1 overflow-x-auto rounded-lg bg-side p-1 @2xl:hidden"
    >
      {columns.map((message, index) => (
        <Tab
          key={message.id}
          message={message}
          name={names[index] ?? ''}
          isShown={index === at}
          onShow={() => onShow(index)}
        />
      ))}
    </div>
  );
}

function Tab({
  message,
  name,
  isShown,
  onShow,
}: {
  message: Message;
  name: string;
  isShown: boolean;
  onShow: () => void;
}) {
  const live = useGeneration(message.generation?.id ?? null);
  const generation = live ?? message.generation;
  const tab = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const button = tab.current;
    const list = button?.parentElement;
    if (!isShown || !button || !list) return;
    // Sideways only: whoever swipes while reading stays where they read.
    list.scrollLeft = button.offsetLeft - (list.clientWidth - button.offsetWidth) / 2;
  }, [isShown]);
  return (
    <button
      ref={tab}
      type="button"
      role="tab"
      aria-selected={isShown}
      aria-controls={columnId(message.id)}
      tabIndex={isShown ? 0 : -1}
      onClick={onShow}
      className={cx(
        'flex min-h-9 max-w-48 shrink-0 grow flex-col items-start justify-center rounded-md px-2.5 py-1 text-left text-xs',
        isShown ? 'bg-raised font-medium text-ink shadow-sm' : 'text-soft hover:bg-hover',
      )}
    >
      <span className="w-full truncate">{name}</span>
      <span className="flex h-4 items-center font-normal">
        {generation === null ? null : <GenerationState generation={generation} variant="compact" />}
      </span>
    </button>
  );
}

export function columnId(messageId: string): string {
  return `column-${messageId}`;
}
