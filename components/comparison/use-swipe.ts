'use client';

import { type TouchEvent, useRef } from 'react';

/** Pixels that a finger has to go sideways, and more than twice as far as up or down. */
const FAR = 48;

interface Swipe {
  onTouchStart: (event: TouchEvent) => void;
  onTouchEnd: (event: TouchEvent) => void;
}

/** @param onSwipe to the next (1) or the one before (-1) */
export function useSwipe(onSwipe: (by: 1 | -1) => void): Swipe {
  const from = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart({ touches, target }) {
      const touch = touches[0];
      // What scrolls sideways itself keeps its own swipes.
      const isOthers = target instanceof Element && target.closest('pre, table, .katex-display') !== null;
      from.current =
        touch && touches.length === 1 && !isOthers ? { x: touch.clientX, y: touch.clientY } : null;
    },
    onTouchEnd({ changedTouches }) {
      const touch = changedTouches[0];
      if (from.current === null || touch === undefined) return;
      const across = touch.clientX - from.current.x;
      const down = touch.clientY - from.current.y;
      from.current = null;
      if (Math.abs(across) > FAR && Math.abs(across) > 2 * Math.abs(down)) onSwipe(across < 0 ? 1 : -1);
    },
  };
}
