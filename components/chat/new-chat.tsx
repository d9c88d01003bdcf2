'use client';

import { useChosenModel } from '#components/composer/chosen-model.ts';
import { PresetList } from '#components/tools/lazy-preset-list.tsx';
import { WeirMark } from '#components/ui/weir-mark.tsx';
import { useModels } from '#lib/client/hooks.ts';
import { suggestions } from './suggestions.ts';

/** What Weir is, and something to begin with. */
export function NewChat({ onSuggest }: { onSuggest: (text: string) => void }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto [scrollbar-gutter:stable_both-edges]">
      <div className="measure my-auto py-8">
        <WeirMark className="mb-4 size-9 text-accent" />
        <h1 className="text-balance font-semibold text-2xl tracking-tight">What are you working on?</h1>
        <p className="mt-1.5 max-w-prose text-soft">
          Hold as many conversations as you like. They all stream at the same time, wait their turn where you
          can see it, and go on when you close the tab.
        </p>
        <ul className="mt-6 grid gap-2 sm:grid-cols-2">
          {suggestions.map(({ title, hint, text }) => (
            <li key={title}>
              <button
                type="button"
                onClick={() => onSuggest(text)}
                className="h-full w-full rounded-lg border border-line px-3.5 py-2.5 text-left transition-colors hover:border-edge hover:bg-side"
              >
                <span className="block font-medium text-[0.8125rem]">{title}</span>
                <span className="mt-0.5 block text-faint text-xs">{hint}</span>
              </button>
            </li>
          ))}
        </ul>
        <PresetList onSuggest={onSuggest} />
        <DemoNote />
      </div>
    </div>
  );
}

function DemoNote() {
  const { models } = useModels();
  const [chosen] = useChosenModel('new');
  if (!models.find(({ id }) => id === chosen)?.demo) return null;
  return (
    <section
      aria-label="About the demo"
      className="mt-6 border-line border-t pt-4 text-[0.8125rem] text-soft"
    >
      <p>
        No model is connected yet, so the built-in <em>demo</em> answers. To connect one, start Weir with its
        address and key:
      </p>
      <pre className="mt-2 overflow-x-auto rounded-md bg-side px-3 py-2 font-mono text-ink text-xs">
        OPENAI_BASE_URL=https://… OPENAI_API_KEY=… npm start
      </pre>
      <p className="mt-2">
        An Ollama, LM Studio, llama.cpp or vLLM server on this machine is found by itself.
      </p>
    </section>
  );
}
