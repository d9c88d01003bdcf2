'use client';

import { type RefObject, useEffect, useRef } from 'react';
import type { Message } from '#lib/wire/chat.ts';

/** Within this many pixels of the end a reader counts as being there, and new text keeps them there. */
export const END = 6;

/** A composer that grows takes its room from the messages: the end stays in sight for who was there. */
export function useStayAtEnd(scroller: RefObject<HTMLDivElement | null>, scrollToEnd: () => void): void {
  const go = useRef(scrollToEnd);
  go.current = scrollToEnd;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let wasAtEnd = true;
    const look = () => {
      wasAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= END;
    };
    const observer = new ResizeObserver(() => {
      if (wasAtEnd) go.current();
    });
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
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
