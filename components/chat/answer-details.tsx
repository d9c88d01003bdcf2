'use client';

import { FallbackNote } from '#components/fallback-note.tsx';
import { duration, tokenRate, whole } from '#components/format.ts';
import { useModels } from '#lib/client/hooks.ts';
import type { Generation } from '#lib/wire/chat.ts';

/** The numbers of one answer; what is not known is left out. */
export function AnswerDetails({ generation }: { generation: Generation }) {
  const { models } = useModels();
  const model = models.find(({ id }) => id === generation.model);
  return (
    <>
      <h3 className="mb-2 font-medium text-[0.8125rem]">
        {model?.label ?? generation.model}
        {model?.demo ? <span className="font-normal text-faint"> demo</span> : null}
      </h3>
      <FallbackNote generation={generation} />
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 text-xs">
        {rowsOf(generation).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="text-right font-mono tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function rowsOf(generation: Generation): [string, string][] {
  const { queuedAt, startedAt, firstTokenAt, endedAt, tokensIn, tokensOut, attempts } = generation;
  const rows: [string, string | null][] = [
    ['Waited in the queue', span(queuedAt, startedAt)],
    ['Time to first token', span(startedAt, firstTokenAt)],
    ['Speed', tokenRate(tokensOut, firstTokenAt, endedAt)],
    ['Took in all', span(queuedAt, endedAt)],
    ['Tokens in', tokensIn === null ? null : whole(tokensIn)],
    ['Tokens out', tokensOut === null ? null : whole(tokensOut)],
    ['Attempts', String(attempts)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null);
}

function span(from: number | null, to: number | null): string | null {
  return from === null || to === null ? null : duration(to - from);
}
