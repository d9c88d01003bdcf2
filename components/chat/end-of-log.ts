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
    /** When the reader last asked to go up. */
    let leftAt = Number.NEGATIVE_INFINITY;
    let isHeld = false;
    const touch = (event: Event) => {
      touchedAt = performance.now();
      const goal = goalOf(event);
      const isUp = goal === 'up' && box.scrollTop > 0;
      leftAt = isUp ? touchedAt : Number.NEGATIVE_INFINITY;
      if (isUp) leave(box, there);
      if (goal === 'end') come(box, there);
    };
    const hold = () => {
      isHeld = true;
    };
    const letGo = () => {
      isHeld = false;
    };
    const look = () => {
      const now = performance.now();
      const isNear = box.scrollHeight - box.scrollTop - box.clientHeight <= END;
      if (isNear && now - leftAt > READERS) there.current = true;
      else if (isHeld || now - touchedAt < READERS) there.current = false;
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

/** A glide begins with a few pixels. Within END of it, the list too would hold the reader at a fast answer's end. */
function leave(box: HTMLElement, there: RefObject<boolean>): void {
  if (there.current) box.scrollTop -= END + 1;
  there.current = false;
}

/** The browser would glide to where the end is now; while text arrives that is not the end any more. */
function come(box: HTMLElement, there: RefObject<boolean>): void {
  there.current = true;
  box.scrollTop = box.scrollHeight;
}

/** Where a wheel or a key asks to go; null for anything else, as a key that moves the caret of a field. */
function goalOf(event: Event): 'up' | 'end' | null {
  if (event instanceof WheelEvent) return event.deltaY < 0 ? 'up' : null;
  if (!(event instanceof KeyboardEvent)) return null;
  if (event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement) return null;
  if (event.key === 'End') return 'end';
  return ['PageUp', 'ArrowUp', 'Home'].includes(event.key) ? 'up' : null;
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
