'use client';

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { addressOf, replaceAddress } from '#components/navigation.ts';
import { say } from '#components/toasts/say.ts';
import { useChat } from '#lib/client/hooks.ts';
import { searchOverHttp } from '#lib/client/search-http.ts';
import type { ChatPart } from '#lib/wire/search.ts';

/** A part that grows in both directions; what is looked at stays where it is. */
export function usePart(chatId: string, first: ChatPart, scroller: RefObject<HTMLElement | null>) {
  const [part, setPart] = useState(first);
  const [isBusy, setBusy] = useState(false);
  const leaving = useRef(new AbortController());
  const below = useRef<number | null>(null);
  useEffect(() => setPart(first), [first]);
  useEffect(() => {
    const open = new AbortController();
    leaving.current = open;
    return () => open.abort();
  }, []);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || below.current === null || part.messages.length === 0) return;
    box.scrollTop = box.scrollHeight - below.current;
    below.current = null;
  }, [part, scroller]);
  useLeaveWhenAsked(chatId);
  const more = useCallback(
    async (side: 'older' | 'newer') => {
      const edge = side === 'older' ? part.messages[0] : part.messages.at(-1);
      const { signal } = leaving.current;
      if (edge === undefined) return;
      setBusy(true);
      try {
        const next = await searchOverHttp.part(chatId, edge.id, side, signal);
        const box = scroller.current;
        if (side === 'older' && box !== null) below.current = box.scrollHeight - box.scrollTop;
        setPart((now) => joined(now, next, side));
      } catch (error) {
        if (!signal.aborted) say({ message: (error as Error).message, tone: 'bad' });
      } finally {
        if (!signal.aborted) setBusy(false);
      }
    },
    [chatId, part, scroller],
  );
  return { part, more: (side: 'older' | 'newer') => void more(side), isBusy };
}

function joined(now: ChatPart, next: ChatPart, side: 'older' | 'newer'): ChatPart {
  const known = new Set(now.messages.map(({ id }) => id));
  const added = next.messages.filter(({ id }) => !known.has(id));
  return side === 'older'
    ? { ...now, messages: [...added, ...now.messages], hasOlder: next.hasOlder }
    : { ...now, messages: [...now.messages, ...added], hasNewer: next.hasNewer };
}

/** Whoever writes something while reading here wants to see it. */
function useLeaveWhenAsked(chatId: string): void {
  const lastAsked = useChat(chatId).messages.findLast(({ role }) => role === 'user')?.id;
  const known = useRef(lastAsked);
  useEffect(() => {
    if (known.current !== lastAsked) replaceAddress(addressOf(chatId));
    known.current = lastAsked;
  }, [chatId, lastAsked]);
}
