'use client';

import { lazy, Suspense } from 'react';

const load = () => import('./markdown.tsx');
const Loaded = lazy(async () => ({ default: (await load()).Markdown }));

/** Call when an answer is likely to be shown soon. */
export function preloadMarkdown(): void {
  void load();
}

/** Plain text until the reader of Markdown is there. */
export function Markdown(props: { text: string; isArriving: boolean }) {
  return (
    <Suspense fallback={<div className="markdown whitespace-pre-wrap">{props.text}</div>}>
      <Loaded {...props} />
    </Suspense>
  );
}
