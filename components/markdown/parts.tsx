'use client';

import { ExternalLink, ImageOff } from 'lucide-react';
import { type ComponentProps, isValidElement, type ReactNode } from 'react';
import { type StreamdownProps, useIsCodeFenceIncomplete } from 'streamdown';
import { CodeBlock } from './code-block.tsx';
import { safeAddress } from './safety.ts';

function Link({ href, children }: ComponentProps<'a'>) {
  const address = safeAddress(href);
  if (address === null) return <span title="This link leads nowhere safe">{children}</span>;
  if (address.startsWith('#')) return <a href={address}>{children}</a>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
      {children}
    </a>
  );
}

/**
 * A picture from elsewhere would tell its server who reads what, so none is ever loaded: the page's policy forbids it
 * too. A click opens it on a page of its own.
 */
function Picture({ src, alt }: ComponentProps<'img'>) {
  const address = typeof src === 'string' ? safeAddress(src) : null;
  const name = alt || 'Picture';
  return (
    <span className="my-1 inline-flex max-w-full items-center gap-2 rounded-md border border-line px-2.5 py-1.5 text-[0.8125rem] text-soft">
      <ImageOff size={15} aria-hidden="true" className="shrink-0" />
      <span className="min-w-0 truncate">{name}</span>
      {address === null ? (
        <span className="text-faint">not shown</span>
      ) : (
        <a href={address} target="_blank" rel="noopener noreferrer nofollow" className="shrink-0">
          Open from {new URL(address).host || 'elsewhere'}
          <ExternalLink size={12} aria-hidden="true" className="ml-1 inline" />
        </a>
      )}
    </span>
  );
}

function Table({ dir, children }: { dir?: string; children?: ReactNode }) {
  return (
    <section
      aria-label="Table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-md border border-line"
    >
      <table dir={dir}>{children}</table>
    </section>
  );
}

function Fence({ children }: { children?: ReactNode }) {
  const isArriving = useIsCodeFenceIncomplete();
  const code = isValidElement<ComponentProps<'code'>>(children) ? children.props : null;
  const language = /language-(\S+)/.exec(code?.className ?? '')?.[1] ?? '';
  return <CodeBlock code={plainText(code?.children)} language={language} isArriving={isArriving} />;
}

function plainText(node: ReactNode): string {
  if (typeof node === 'string') return node;
  if (Array.isArray(node)) return node.map(plainText).join('');
  return '';
}

/** Plain elements, styled by `markdown.css`, in place of streamdown's own. */
const plain = Object.fromEntries(
  'blockquote code h1 h2 h3 h4 h5 h6 hr li ol p section strong sub sup tbody td th thead tr ul'
    .split(' ')
    .map((tag) => [tag, tag]),
);

export const parts = {
  ...plain,
  a: Link,
  img: Picture,
  table: Table,
  pre: Fence,
} as NonNullable<StreamdownProps['components']>;
