'use client';

import { useState, useSyncExternalStore } from 'react';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { cx } from '#components/ui/cx.ts';
import { useModels } from '#lib/client/hooks.ts';
import { type Snippet, snippets } from './snippets.ts';

const never = () => () => undefined;

/** How a program uses a key, with this Weir's own address. */
export function Usage() {
  const origin = useSyncExternalStore(
    never,
    () => location.origin,
    () => '',
  );
  const { defaultModel } = useModels();
  const [chosen, setChosen] = useState<Snippet['name']>('curl');
  const all = snippets(`${origin}/v1`, defaultModel);
  const { code } = all.find(({ name }) => name === chosen) ?? { code: '' };
  return (
    <section aria-labelledby="usage" className="mt-10">
      <h2 id="usage" className="font-semibold text-base">
        How to use it
      </h2>
      <p className="mt-1 max-w-prose text-soft">
        Whatever speaks to OpenAI speaks to Weir: change the base URL and the key. Everything else is in the{' '}
        <a
          href="/api/docs"
          target="_blank"
          rel="noopener"
          className="text-accent underline underline-offset-3"
        >
          API reference
        </a>
        .
      </p>
      <dl className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-1">
        <dt className="text-[0.8125rem] text-soft">Base URL</dt>
        <dd className="flex min-w-0 items-center gap-1">
          <code className="min-w-0 break-all font-mono text-[0.8125rem]">{`${origin}/v1`}</code>
          <CopyButton text={`${origin}/v1`} label="Copy the base URL" />
        </dd>
      </dl>
      <figure className="mt-3 overflow-hidden rounded-lg border border-line bg-side">
        <figcaption className="flex h-10 items-center gap-1 border-line border-b px-1.5">
          {all.map(({ name }) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === chosen}
              onClick={() => setChosen(name)}
              className={cx(
                'h-7 rounded-md px-2.5 text-[0.8125rem]',
                name === chosen ? 'bg-hover font-medium text-ink' : 'text-soft hover:text-ink',
              )}
            >
              {name}
            </button>
          ))}
          <span className="ml-auto">
            <CopyButton key={chosen} text={code} label="Copy code" />
          </span>
        </figcaption>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
          tabIndex={0}
          className="overflow-x-auto p-3 font-mono text-[0.8125rem] leading-[1.6] -outline-offset-2"
        >
          <code>{code}</code>
        </pre>
      </figure>
    </section>
  );
}
