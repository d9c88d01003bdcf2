'use client';

import { Check, Minus, Plus } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { cx } from '#components/ui/cx.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import type { ModelInfo } from '#lib/wire/chat.ts';
import { DemoTag } from './model-picker.tsx';

/** Fewer models than this need no search. */
const MANY = 8;

/** Models that answer one message side by side, each as often as wanted. */
export function CompareChooser({
  models,
  chosen,
  most,
  least,
  onChange,
  children,
}: {
  models: readonly ModelInfo[];
  /** Ids, one for each answer. */
  chosen: readonly string[];
  most: number;
  least: number;
  onChange: (chosen: string[]) => void;
  /** Below the list. */
  children: ReactNode;
}) {
  const [words, setWords] = useState('');
  const wanted = words.trim().toLowerCase();
  const found = models.filter(({ id, label }) => `${label} ${id}`.toLowerCase().includes(wanted));
  const without = (id: string) => chosen.toSpliced(chosen.lastIndexOf(id), 1);
  return (
    <>
      {models.length < MANY ? null : (
        <input
          aria-label="Find a model to compare"
          placeholder="Find a model"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="h-10 w-full border-line border-b bg-transparent px-3 text-[0.8125rem] outline-none placeholder:text-faint"
        />
      )}
      <ul aria-label="Models to compare" className="max-h-[min(18rem,45dvh)] overflow-y-auto p-1">
        {found.map((model) => (
          <Row
            key={model.id}
            model={model}
            count={chosen.filter((id) => id === model.id).length}
            room={most - chosen.length}
            onSet={(isOn) => onChange(isOn ? [...chosen, model.id] : chosen.filter((id) => id !== model.id))}
            onMore={() => onChange([...chosen, model.id])}
            onLess={() => onChange(without(model.id))}
          />
        ))}
      </ul>
      {found.length > 0 ? null : (
        <p className="px-3 pb-3 text-[0.8125rem] text-faint">No model of this name</p>
      )}
      <div className="flex min-h-11 items-center gap-2 border-line border-t py-1.5 pr-1.5 pl-3">
        <p role="status" className="mr-auto text-faint text-xs tabular-nums">
          {sayCount(chosen.length, least, most)}
        </p>
        {children}
      </div>
    </>
  );
}

function sayCount(count: number, least: number, most: number): string {
  if (count < least) return count === 0 ? `Choose ${least} to ${most}` : 'Choose one more';
  return count >= most ? `${count} answers, the most there can be` : `${count} of at most ${most}`;
}

function Row({
  model: { label, demo },
  count,
  room,
  onSet,
  onMore,
  onLess,
}: {
  model: ModelInfo;
  count: number;
  /** How many answers more there may be. */
  room: number;
  onSet: (isOn: boolean) => void;
  onMore: () => void;
  onLess: () => void;
}) {
  const isOn = count > 0;
  const isFull = room <= 0;
  const box = useRef<HTMLInputElement>(null);
  // The press that takes its own button away, or disables it, leaves the focus in the row.
  const press = (act: () => void, isLast: boolean) => {
    act();
    if (isLast) box.current?.focus();
  };
  return (
    <li className="flex min-h-8 items-center gap-1 rounded-md hover:bg-hover [@media(pointer:coarse)]:min-h-10">
      <label
        className={cx(
          'flex min-w-0 flex-1 items-center gap-2.5 self-stretch rounded-md px-2.5 text-[0.8125rem] focus-within:outline-2 focus-within:outline-accent focus-within:-outline-offset-2',
          isOn || !isFull ? 'cursor-pointer' : 'text-faint',
        )}
      >
        <input
          ref={box}
          type="checkbox"
          aria-label={label}
          checked={isOn}
          disabled={!isOn && isFull}
          onChange={(event) => onSet(event.target.checked)}
          className="sr-only"
        />
        <span
          aria-hidden="true"
          className={cx(
            'inline-flex size-4 shrink-0 items-center justify-center rounded border',
            isOn ? 'border-accent bg-accent text-on-accent' : 'border-edge',
          )}
        >
          {isOn ? <Check size={12} strokeWidth={3} /> : null}
        </span>
        <span className="min-w-0 truncate">{label}</span>
        {demo ? <DemoTag /> : null}
      </label>
      {isOn ? (
        <span className="flex shrink-0 items-center pr-1 text-xs tabular-nums">
          <IconButton
            label={`One less of ${label}`}
            icon={<Minus size={13} />}
            onClick={() => press(onLess, count === 1)}
          />
          <span className="min-w-5 text-center">{count}×</span>
          <IconButton
            label={`One more of ${label}`}
            icon={<Plus size={13} />}
            disabled={isFull}
            onClick={() => press(onMore, room === 1)}
          />
        </span>
      ) : null}
    </li>
  );
}
