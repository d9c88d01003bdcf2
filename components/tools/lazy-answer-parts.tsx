'use client';

import { type ComponentProps, type ComponentType, lazy, Suspense } from 'react';
import { Markdown } from '#components/markdown/lazy-markdown.tsx';
import type { AnswerParts as Whole } from './answer-parts.tsx';

type Props = ComponentProps<typeof Whole>;

const load = () => import('./answer-parts.tsx');
const Loaded = lazy<ComponentType<Props>>(async () => {
  try {
    return { default: (await load()).AnswerParts };
  } catch {
    // No connection, or a page older than the files of the server: the words are still worth reading.
    return { default: TextAlone };
  }
});

/** Call when a chat has tools: its next answer may need them, and the connection may be gone by then. */
export function preloadAnswerParts(): void {
  load().catch(() => undefined);
}

/** Loaded with the first answer that has called something. */
export function AnswerParts(props: Props) {
  return (
    <Suspense fallback={<TextAlone {...props} />}>
      <Loaded {...props} />
    </Suspense>
  );
}

function TextAlone({ text, isRunning }: Props) {
  return text === '' ? null : <Markdown text={text} isArriving={isRunning} />;
}
