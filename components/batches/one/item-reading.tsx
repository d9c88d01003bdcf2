'use client';

import { Markdown } from '#components/markdown/lazy-markdown.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { type ItemView, outputOf } from '#lib/client/batch-item-view.ts';
import type { BatchSummary } from '#lib/wire/batch.ts';
import { itemWords } from '../batch-words.ts';
import { StateLabel } from '../state-label.tsx';
import { WentWrong } from '../went-wrong.tsx';

/** What went in, what each stage made of it, or why not. */
export function ItemReading({ view, batch }: { view: ItemView; batch: BatchSummary }) {
  const { item } = view;
  const facts = [
    item.customId,
    item.attempts > 1 ? `${item.attempts} calls` : null,
    item.tokensIn + item.tokensOut > 0 ? `${item.tokensIn} tokens in, ${item.tokensOut} out` : null,
  ].filter((fact) => fact !== null);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 text-faint text-xs tabular-nums">
        <StateLabel state={item.state} words={itemWords[item.state]} className="font-medium" />
        {facts.join(' · ')}
      </p>
      {item.message === null ? null : <WentWrong message={item.message} className="mt-3" />}
      <section aria-label="Input" className="mt-4">
        <h3 className="mb-1.5 font-medium text-[0.8125rem]">Input</h3>
        <dl className="overflow-hidden rounded-lg border border-line">
          {Object.entries(item.variables).map(([name, value]) => (
            <div key={name} className="border-line border-b px-3 py-2 last:border-b-0">
              <dt className="text-faint text-xs">{name}</dt>
              <dd className={words}>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {item.stages.map((stage, at) => (
        <StageReading
          key={stage.name}
          name={stage.name}
          prompt={stage.prompt}
          output={outputOf(view, at)}
          isRunning={item.state === 'running' && item.stage === at}
          isFailed={item.state === 'failed' && item.stage === at}
          isPartial={stage.isPartial === true}
          isOnly={batch.stages.length === 1}
        />
      ))}
    </>
  );
}

const words = 'whitespace-pre-wrap text-[0.8125rem] leading-relaxed [overflow-wrap:anywhere]';

interface StageReadingProps {
  name: string;
  prompt: string | null;
  output: string | null;
  isRunning: boolean;
  isFailed: boolean;
  /** What had come when it was cancelled. */
  isPartial: boolean;
  isOnly: boolean;
}

function StageReading(props: StageReadingProps) {
  const { name, prompt, output, isRunning, isFailed, isPartial, isOnly } = props;
  const none = isRunning ? 'Waiting for the first words' : isFailed ? 'Failed here' : 'Nothing yet';
  return (
    <section aria-label={`Output of ${name}`} aria-busy={isRunning} className="mt-5">
      <div className="mb-1.5 flex min-h-7 items-center justify-between gap-3">
        <h3 className="font-medium text-[0.8125rem]">
          {isOnly ? 'Output' : name}
          {isPartial ? (
            <span className="ml-2 font-normal text-warn text-xs">Partial: cut off by the cancel</span>
          ) : null}
        </h3>
        {output === null || isRunning ? null : <CopyButton text={output} label={`Copy output of ${name}`} />}
      </div>
      {prompt === null ? null : (
        <details className="mb-2 rounded-lg border border-line">
          <summary className="rounded-lg px-3 py-1.5 text-soft text-xs hover:text-ink">Prompt</summary>
          <p className={`max-h-80 overflow-y-auto px-3 pb-2.5 ${words}`}>{prompt}</p>
        </details>
      )}
      <div className="rounded-lg bg-side px-3 py-2.5">
        {output === null ? (
          <p className="text-[0.8125rem] text-faint">{none}</p>
        ) : (
          <div data-part="output" className="text-[0.8125rem] leading-relaxed [overflow-wrap:anywhere]">
            <Markdown text={output} isArriving={isRunning} />
          </div>
        )}
      </div>
    </section>
  );
}
