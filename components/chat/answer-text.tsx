'use client';

import { Markdown } from '#components/markdown/lazy-markdown.tsx';
import { AnswerParts } from '#components/tools/lazy-answer-parts.tsx';
import { useMessageText } from '#lib/client/hooks.ts';
import type { Generation } from '#lib/wire/chat.ts';
import type { ToolCall } from '#lib/wire/tool.ts';
import { Reasoning } from './reasoning.tsx';

/** The one part that renders again for each paint of arriving text. */
export function AnswerText({
  messageId,
  generation,
  calls,
  isOnly,
  isRunning,
}: {
  messageId: string;
  generation: Generation | null;
  calls: readonly ToolCall[] | undefined;
  /** No other answer shares its question. */
  isOnly: boolean;
  isRunning: boolean;
}) {
  const { text, reasoning } = useMessageText(messageId);
  return (
    <>
      {reasoning === '' ? null : (
        <Reasoning text={reasoning} generation={generation} isThinking={isRunning && text === ''} />
      )}
      {calls !== undefined && generation !== null ? (
        <AnswerParts
          text={text}
          calls={calls}
          generation={generation}
          isOnly={isOnly}
          isRunning={isRunning}
        />
      ) : text === '' ? null : (
        <Markdown text={text} isArriving={isRunning} />
      )}
    </>
  );
}
