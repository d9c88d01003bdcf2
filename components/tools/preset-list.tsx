'use client';

import { Check } from 'lucide-react';
import { cx } from '#components/ui/cx.ts';
import { useClient } from '#lib/client/hooks.ts';
import { useNewEquipment, usePresets } from '#lib/client/tool-hooks.ts';

/** What a new chat can begin with, and words to begin with it. */
export function PresetList({ onSuggest }: { onSuggest: (text: string) => void }) {
  const client = useClient();
  const presets = usePresets();
  const chosen = useNewEquipment()?.preset;
  return (
    <section aria-label="Presets" className="mt-6">
      <h2 className="font-medium text-faint text-xs">Begin with tools</h2>
      <ul className="mt-2 grid gap-2 sm:grid-cols-2">
        {presets.map(({ title, hint, instructions, tools, opener }) => {
          const isOn = chosen === title;
          return (
            <li key={title}>
              <button
                type="button"
                aria-pressed={isOn}
                onClick={() => {
                  client.tools.choose(isOn ? null : { preset: title, instructions, tools });
                  onSuggest(isOn ? '' : opener);
                }}
                className={cx(
                  'h-full w-full rounded-lg border px-3.5 py-2.5 text-left transition-colors hover:bg-side',
                  isOn ? 'border-accent bg-wash' : 'border-line hover:border-edge',
                )}
              >
                <span className="flex items-center gap-1.5 font-medium text-[0.8125rem]">
                  {title}
                  {isOn ? <Check size={14} aria-hidden="true" className="text-accent" /> : null}
                </span>
                <span className="mt-0.5 block text-faint text-xs">{hint}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
