'use client';

import { type RefObject, useEffect, useRef } from 'react';
import type { Message } from '#lib/wire/chat.ts';

/** Within this many pixels of the end a reader counts as being there, and new text keeps them there. */
export const END = 24;
/** Milliseconds after a wheel, key or touch in which a scroll is the reader's and not ours. */
const READERS = 400;

/**
 * Keeps the end in sight while text arrives and the composer grows, until the reader scrolls away from it. Only what a
 * reader does with wheel, keys, finger or scroll bar counts as that: heights change in every frame of a streaming answer, so
 * positions alone do not tell who moved.
 * @param away a message that the log was opened at instead
 */
export function useStayAtEnd(scroller: RefObject<HTMLDivElement | null>, away: string | null): void {
  const there = useRef(away === null);
  useEffect(() => {
    if (away !== null) there.current = false;
  }, [away]);
  useEffect(() => {
    const box = scroller.current;
    const content = box?.firstElementChild;
    if (!box || !content) return;
    let touchedAt = Number.NEGATIVE_INFINITY;
    let isHeld = false;
    const touch = () => {
      touchedAt = performance.now();
    };
    const hold = () => {
      isHeld = true;
    };
    const letGo = () => {
      isHeld = false;
    };
    const look = () => {
      const isNear = box.scrollHeight - box.scrollTop - box.clientHeight <= END;
      if (isNear) there.current = true;
      else if (isHeld || performance.now() - touchedAt < READERS) there.current = false;
    };
    const observer = new ResizeObserver(() => {
      if (there.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    observer.observe(content);
    const ending = new AbortController();
    const passive = { passive: true, signal: ending.signal };
    for (const kind of ['wheel', 'touchmove', 'keydown'] as const) box.addEventListener(kind, touch, passive);
    box.addEventListener('pointerdown', hold, passive);
    box.addEventListener('scroll', look, passive);
    window.addEventListener('pointerup', letGo, passive);
    return () => {
      observer.disconnect();
      ending.abort();
    };
  }, [scroller]);
}

/** Whoever sends something wants to see it, wherever they were reading. */
export function useJumpWhenAsked(messages: Message[], scrollToEnd: () => void): void {
  const lastAsked = messages.findLast(({ role }) => role === 'user')?.id;
  const known = useRef(lastAsked);
  const go = useRef(scrollToEnd);
  go.current = scrollToEnd;
  useEffect(() => {
    if (known.current === lastAsked) return;
    known.current = lastAsked;
    go.current();
  }, [lastAsked]);
}
