'use client';

import { useState } from 'react';
import { ModelPicker } from '#components/composer/model-picker.tsx';
import { GrowingTextarea } from '#components/ui/growing-textarea.tsx';
import { raceLimits } from '#lib/wire/flow.ts';
import { useRaceDraft, writePrompt } from './race-prompts.ts';

/** What the race runs: the model, how many prompts, their words. */
export function RaceSetup({
  model,
  prompts,
  cap,
}: {
  model: string;
  prompts: readonly string[];
  cap: string | null;
}) {
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-[0.8125rem]">
        <CountField count={prompts.length} />
        <ModelPicker model={model} onChange={(picked) => useRaceDraft.setState({ model: picked })} />
        {cap === null ? null : <span className="text-warn">{cap}</span>}
      </div>
      <details className="rounded-lg border border-line">
        <summary className="rounded-lg px-3 py-2 text-[0.8125rem] text-soft hover:text-ink">
          Edit the prompts
        </summary>
        <ol className="grid max-h-96 gap-2 overflow-y-auto px-3 pb-3">
          {prompts.map((prompt, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a prompt is what stands at its place
            <li key={at}>
              <GrowingTextarea
                aria-label={`Prompt ${at + 1}`}
                value={prompt}
                maxLength={raceLimits.promptLength}
                onChange={(event) => writePrompt(at, event.target.value)}
                className="rounded-md border border-line px-2.5 py-1.5 text-[0.8125rem] focus-visible:border-edge"
              />
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}

function CountField({ count }: { count: number }) {
  // What stands there while it is typed may be no number yet.
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <label className="inline-flex items-center gap-2 text-soft">
      Prompts
      <input
        type="number"
        min={1}
        max={raceLimits.prompts}
        value={typed ?? count}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value !== '') useRaceDraft.setState({ count: event.target.valueAsNumber });
        }}
        onBlur={() => setTyped(null)}
        className="h-8 w-16 rounded-md border border-edge bg-canvas px-2 text-ink tabular-nums"
      />
    </label>
  );
}
