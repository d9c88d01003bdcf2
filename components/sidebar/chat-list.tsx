'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useChats, useChatsLoaded, useConnection } from '#lib/client/hooks.ts';
import { ChatRow } from './chat-row.tsx';
import { groupByDay } from './group-by-day.ts';

const STEP = 200;

export function ChatList({
  chatId,
  filter,
  onChosen,
}: {
  chatId: string | null;
  filter: string;
  onChosen?: (() => void) | undefined;
}) {
  const chats = useChats();
  const [shown, end] = useGrowing();
  const words = filter.trim().toLocaleLowerCase();
  const found = useMemo(
    () => (words === '' ? chats : chats.filter(({ title }) => title.toLocaleLowerCase().includes(words))),
    [chats, words],
  );
  const groups = useMemo(() => groupByDay(found.slice(0, shown), Date.now()), [found, shown]);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-4">
      {found.length === 0 ? <NoChats filtered={words !== ''} /> : null}
      {groups.map(({ label, chats: group }) => (
        <section key={label} aria-label={label}>
          <h2 className="px-2.5 pt-4 pb-1 font-medium text-2xs text-faint">{label}</h2>
          <ul>
            {group.map((chat) => (
              <ChatRow key={chat.id} chat={chat} isOpen={chat.id === chatId} onChosen={onChosen} />
            ))}
          </ul>
        </section>
      ))}
      {found.length > shown ? <div ref={end} className="h-10" /> : null}
    </div>
  );
}

/** How many rows to draw: more each time the end comes into view. */
function useGrowing(): [number, (node: HTMLElement | null) => (() => void) | undefined] {
  const [shown, setShown] = useState(STEP);
  const watch = useRef((node: HTMLElement | null) => {
    if (node === null) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setShown((count) => count + STEP),
      { rootMargin: '800px' },
    );
    observer.observe(node);
    return () => observer.disconnect();
  });
  return [shown, watch.current];
}

const widths = ['w-4/5', 'w-3/5', 'w-2/3', 'w-1/2', 'w-3/4'];

function NoChats({ filtered }: { filtered: boolean }) {
  const isLoaded = useChatsLoaded();
  const { phase, reason } = useConnection();
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 5_000);
    return () => clearTimeout(timer);
  }, []);
  if (filtered) return <p className="px-2.5 pt-4 text-[0.8125rem] text-faint">No title has these words.</p>;
  if (isLoaded) {
    return (
      <p className="px-2.5 pt-4 text-[0.8125rem] text-faint">
        No chats yet. Each one appears here as soon as you send its first message.
      </p>
    );
  }
  if (phase === 'stopped' || (isSlow && phase !== 'open')) {
    return (
      <p className="px-2.5 pt-4 text-[0.8125rem] text-soft">
        Your chats could not be loaded{reason === null ? ' yet' : `: ${reason}`}
      </p>
    );
  }
  return (
    <div role="status" aria-label="Loading chats" className="space-y-4 px-2.5 pt-6">
      {widths.map((width) => (
        <Skeleton key={width} className={`h-3.5 ${width}`} />
      ))}
    </div>
  );
}
