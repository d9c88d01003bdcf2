'use client';

import { Command } from 'cmdk';
import { Check, Columns3 } from 'lucide-react';
import type { ModelInfo } from '#lib/wire/chat.ts';
import { DemoTag } from './model-picker.tsx';

/** Models by the server that offers them, with search. */
export function ModelList({
  models,
  model,
  onChoose,
  onCompare,
}: {
  models: ModelInfo[];
  model: string;
  onChoose: (id: string) => void;
  /** Left out where one model is all that can be chosen. */
  onCompare?: () => void;
}) {
  const upstreams = [...new Set(models.map(({ upstream }) => upstream))];
  return (
    <>
      <Command label="Models" defaultValue={model} loop>
        <Command.Input
          autoFocus
          aria-label="Find a model"
          placeholder="Find a model"
          className="h-10 w-full border-line border-b bg-transparent px-3 text-[0.8125rem] outline-none placeholder:text-faint"
        />
        <Command.List className="max-h-72 overflow-y-auto p-1">
          <Command.Empty className="px-2.5 py-3 text-[0.8125rem] text-faint">
            No model of this name
          </Command.Empty>
          {upstreams.map((upstream) => (
            <Command.Group
              key={upstream}
              heading={upstream}
              className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-faint"
            >
              {models
                .filter((one) => one.upstream === upstream)
                .map((one) => (
                  <Command.Item
                    key={one.id}
                    value={one.id}
                    keywords={[one.label, upstream]}
                    onSelect={() => onChoose(one.id)}
                    className="flex min-h-8 items-center gap-2 rounded-md px-2.5 text-[0.8125rem] data-[selected=true]:bg-hover [@media(pointer:coarse)]:min-h-10"
                  >
                    <span className="min-w-0 truncate">{one.label}</span>
                    {one.demo ? <DemoTag /> : null}
                    {one.id === model ? <Check size={14} className="ml-auto shrink-0 text-accent" /> : null}
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
      {/* Outside: in there Enter chooses the marked model, whatever has the focus. */}
      {onCompare === undefined ? null : <CompareButton onClick={onCompare} />}
    </>
  );
}

function CompareButton({ onClick }: { onClick: () => void }) {
  return (
    <div className="border-line border-t p-1">
      <button
        type="button"
        onClick={onClick}
        className="flex min-h-8 w-full items-center gap-2.5 rounded-md px-2.5 text-left text-[0.8125rem] hover:bg-hover [@media(pointer:coarse)]:min-h-10"
      >
        <Columns3 size={14} aria-hidden="true" className="shrink-0 text-soft" />
        Compare several models …
      </button>
    </div>
  );
}
