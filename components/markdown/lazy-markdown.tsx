'use client';

import { type ComponentType, lazy, Suspense } from 'react';

interface MarkdownProps {
  text: string;
  isArriving: boolean;
}

const load = () => import('./markdown.tsx');
const Loaded = lazy<ComponentType<MarkdownProps>>(async () => {
  try {
    return { default: (await load()).Markdown };
  } catch {
    // No connection, or a page older than the files of the server: the words are still worth reading.
    return { default: PlainText };
  }
});

/** Call when an answer is likely to be shown soon. */
export function preloadMarkdown(): void {
  load().catch(() => undefined);
}

/** Plain text until the reader of Markdown is there. */
export function Markdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<PlainText text={props.text} />}>
      <Loaded {...props} />
    </Suspense>
  );
}

function PlainText({ text }: { text: string }) {
  return <div className="markdown whitespace-pre-wrap">{text}</div>;
}
