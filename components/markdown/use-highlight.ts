'use client';

import { type CSSProperties, useEffect, useMemo, useRef, useState } from 'react';
import type { HighlightResult } from 'streamdown';

export interface Token {
  content: string;
  offset: number;
  style: CSSProperties;
}
/** A line without colours yet is plain text. */
export type Line = string | Token[];

/** Code longer than this stays plain: colours are not worth a frozen page. */
const LONGEST = 60_000;
/** How often code that is still arriving is coloured again. */
const ARRIVING_MS = 200;

type Highlighted = { code: string; lines: Line[] };

/** Colours come when the highlighter is loaded and has read the code; until then, and for what is newer, plain lines. */
export function useHighlight(code: string, language: string, isArriving: boolean): Line[] {
  const [done, setDone] = useState<Highlighted | null>(null);
  const lastAt = useRef(0);
  useEffect(() => {
    if (language === '' || code.length > LONGEST) return;
    let isWanted = true;
    const run = async () => {
      lastAt.current = performance.now();
      const { highlight } = await import('./highlighter.ts');
      highlight(code, language, isArriving, (result) => {
        if (isWanted) setDone({ code, lines: linesOf(result) });
      });
    };
    const wait = isArriving ? Math.max(0, ARRIVING_MS - (performance.now() - lastAt.current)) : 0;
    // Without the highlighter the code stays plain.
    const timer = setTimeout(() => run().catch(() => undefined), wait);
    return () => {
      isWanted = false;
      // A run that has begun finishes; one that waits gives way to the newer text, which waits no longer for it.
      clearTimeout(timer);
    };
  }, [code, language, isArriving]);
  return useMemo(() => merge(code, done), [code, done]);
}

const rows = new WeakMap<object, Token[]>();

function linesOf(result: HighlightResult): Line[] {
  return result.tokens.map((row) => {
    const known = rows.get(row);
    if (known !== undefined) return known;
    const line = row.map(({ content, offset = 0, color, htmlStyle }) => ({
      content,
      offset,
      style: { '--l': htmlStyle?.color ?? color, '--d': htmlStyle?.['--shiki-dark'] } as CSSProperties,
    }));
    rows.set(row, line);
    return line;
  });
}

/** Coloured lines as far as they are still true, then plain ones. */
function merge(code: string, done: Highlighted | null): Line[] {
  const plain = code.split('\n');
  if (done === null || !code.startsWith(done.code)) return plain;
  if (code.length === done.code.length) return done.lines;
  const kept = done.lines.slice(0, -1);
  return [...kept, ...plain.slice(kept.length)];
}
