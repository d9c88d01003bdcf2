'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Message } from '#lib/wire/chat.ts';

/** Milliseconds; as long as the animation of its class. */
const MARKED_MS = 2_600;

/**
 * Brings the wanted message into sight once it is there, focuses it, so that a keyboard goes on from it, and marks it for a
 * moment. @returns the message that is marked now
 */
export function useMarked(
  wanted: string | null,
  messages: readonly Message[],
  scroller: RefObject<HTMLElement | null>,
  show: (index: number) => void,
): string | null {
  const [marked, setMarked] = useState<string | null>(null);
  const shown = useRef<string | null>(null);
  const go = useRef(show);
  go.current = show;
  const index = wanted === null ? -1 : messages.findIndex(({ id }) => id === wanted);
  const isThere = index !== -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each message that is wanted, wherever it moves later
  useEffect(() => {
    if (wanted === null) shown.current = null;
    if (!isThere || shown.current === wanted) return;
    shown.current = wanted;
    go.current(index);
    setMarked(wanted);
    // What is out of sight is drawn only after the scrolling.
    const frame = requestAnimationFrame(() => focusMessage(scroller.current, wanted));
    const timer = setTimeout(() => setMarked(null), MARKED_MS);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [wanted, isThere]);
  return marked;
}

function focusMessage(scroller: HTMLElement | null, id: string | null): void {
  const article = scroller?.querySelector<HTMLElement>(`[data-message="${id}"] article`);
  // One that is shown among others comes with them, and does this itself.
  if (article != null && article.closest('[data-compared]') === null) focusArticle(article);
}

export function focusArticle(article: HTMLElement): void {
  article.tabIndex = -1;
  // The mark says where one is; a ring around a long answer says no more.
  article.style.outline = 'none';
  article.focus({ preventScroll: true });
}
