'use client';

import { Markdown } from '#components/markdown/lazy-markdown.tsx';
import { useMessageText } from '#lib/client/hooks.ts';
import type { Generation } from '#lib/wire/chat.ts';
import { Reasoning } from './reasoning.tsx';

/** The one part that renders again for each paint of arriving text. */
export function AnswerText({
  messageId,
  generation,
  isRunning,
}: {
  messageId: string;
  generation: Generation | null;
  isRunning: boolean;
}) {
  const { text, reasoning } = useMessageText(messageId);
  return (
    <>
      {reasoning === '' ? null : (
        <Reasoning text={reasoning} generation={generation} isThinking={isRunning && text === ''} />
      )}
      {text === '' ? null : <Markdown text={text} isArriving={isRunning} />}
    </>
  );
}
