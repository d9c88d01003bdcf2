'use client';

import { Markdown } from '#components/markdown/lazy-markdown.tsx';
import type { Generation } from '#lib/wire/chat.ts';
import type { ToolCall } from '#lib/wire/tool.ts';
import { CallRow } from './call-row.tsx';
import { partsOf } from './parts.ts';

/** An answer that called tools: its text, and the calls where they were made. */
export function AnswerParts({
  text,
  calls,
  generation,
  isOnly,
  isRunning,
}: {
  text: string;
  calls: readonly ToolCall[];
  generation: Generation;
  /** No other answer shares its question. */
  isOnly: boolean;
  isRunning: boolean;
}) {
  const parts = partsOf(text, calls);
  return parts.map((part, at) =>
    'text' in part ? (
      <Markdown key={part.key} text={part.text} isArriving={isRunning && at === parts.length - 1} />
    ) : (
      <ul
        key={part.key}
        aria-label="Tool calls"
        className="my-2.5 divide-y divide-line rounded-lg border border-line"
      >
        {part.calls.map((call) => (
          <CallRow key={call.id} call={call} generation={generation} isOnly={isOnly} />
        ))}
      </ul>
    ),
  );
}
