'use client';

import { memo } from 'react';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { type Line, useHighlight } from './use-highlight.ts';

export interface CodeBlockProps {
  code: string;
  language: string;
  /** The closing fence has not come yet. */
  isArriving: boolean;
}

export const CodeBlock = memo(function CodeBlock({ code, language, isArriving }: CodeBlockProps) {
  const text = code.replace(/\n$/, '');
  const lines = useHighlight(text, language, isArriving);
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-side">
      <figcaption className="flex h-9 items-center justify-between border-line border-b pr-1 pl-3 text-faint text-xs">
        <span className="font-mono">{language || 'text'}</span>
        <CopyButton text={text} label="Copy code" />
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-[min(40rem,70dvh)] overflow-auto p-3 font-mono text-[0.8125rem] leading-[1.6] -outline-offset-2 [overflow-wrap:normal] [tab-size:2]"
      >
        <code>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
            <CodeLine key={index} line={line} />
          ))}
        </code>
      </pre>
    </figure>
  );
});

const CodeLine = memo(function CodeLine({ line }: { line: Line }) {
  if (typeof line === 'string') return `${line}\n`;
  return (
    <>
      {line.map((token) => (
        <span key={token.offset} className="token" style={token.style}>
          {token.content}
        </span>
      ))}
      {'\n'}
    </>
  );
});
