'use client';

import { MessageSquare } from 'lucide-react';
import { useId } from 'react';
import { WentWrong } from '#components/batches/went-wrong.tsx';
import { characters, whole } from '#components/format.ts';
import { ANALYSES_ADDRESS, addressOf, go, goOnPlainClick, openOnPlainClick } from '#components/navigation.ts';
import { Button } from '#components/ui/button.tsx';
import { cx } from '#components/ui/cx.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { analysisLimits } from '#lib/wire/analysis.ts';
import type { AnalysesView, Source } from './use-analyses.ts';

/** What is analysed: a text, or a chat. */
export function SourceSection({ view }: { view: AnalysesView }) {
  const { source, setText } = view;
  if (source.of === 'text') return <TextField text={source.text} onChange={setText} />;
  if (source.of === 'gone') {
    return (
      <WentWrong message="This chat does not exist.">
        <a
          href={ANALYSES_ADDRESS}
          onClick={(event) => goOnPlainClick(event, ANALYSES_ADDRESS)}
          className="shrink-0 underline underline-offset-3"
        >
          Paste a text
        </a>
      </WentWrong>
    );
  }
  return <TheChat source={source} />;
}

function TheChat({ source }: { source: Extract<Source, { of: 'chat' }> }) {
  return (
    <div className="min-w-0">
      <p className="mb-1 font-medium text-[0.8125rem]">Chat</p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-line bg-canvas py-1.5 pr-1.5 pl-3">
        <MessageSquare size={15} aria-hidden="true" className="shrink-0 text-faint" />
        {source.chat === null ? (
          <Skeleton className="h-4 w-40" />
        ) : (
          <a
            href={addressOf(source.id)}
            onClick={(event) => openOnPlainClick(event, source.id)}
            className="min-w-0 flex-1 truncate text-sm hover:underline"
          >
            {source.chat.title || 'New chat'}
          </a>
        )}
        <Button size="small" look="ghost" onClick={() => go(ANALYSES_ADDRESS)}>
          Paste a text instead
        </Button>
      </div>
    </div>
  );
}

function TextField({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const id = useId();
  const over = text.length - analysisLimits.textLength;
  const isOver = over > 0;
  return (
    <div className="min-w-0">
      <div className="mb-1 flex flex-wrap items-baseline gap-x-2 text-[0.8125rem]">
        <label htmlFor={id} className="font-medium">
          Text
        </label>
        {text === '' ? null : (
          <span className="text-faint text-xs tabular-nums">{characters(text.length)}</span>
        )}
      </div>
      <textarea
        id={id}
        rows={7}
        value={text}
        placeholder="Paste a text here: a mail, a report, minutes of a meeting"
        aria-invalid={isOver}
        aria-describedby={isOver ? `${id}-problem` : undefined}
        onChange={(event) => onChange(event.target.value)}
        className={cx(
          'block w-full resize-y rounded-md border bg-canvas px-2.5 py-2 text-ink text-sm leading-normal placeholder:text-faint focus-visible:border-accent [@media(pointer:coarse)]:text-base',
          isOver ? 'border-bad' : 'border-edge',
        )}
      />
      {isOver ? (
        <p id={`${id}-problem`} className="mt-1 text-bad text-xs">
          Shorten it by {characters(over)}: {whole(analysisLimits.textLength)} at most.
        </p>
      ) : null}
    </div>
  );
}
