'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, LoaderCircle } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { cx } from '#components/ui/cx.ts';
import { useClient } from '#lib/client/hooks.ts';
import type { Message } from '#lib/wire/chat.ts';
import { END, useJumpWhenAsked, useStayAtEnd } from './end-of-log.ts';
import { useMarked } from './marked.ts';
import { MessageRow } from './message-row.tsx';

/** Farther up than this, a button offers the way back. */
const FAR = 160;

export interface MessageLogProps {
  chatId: string;
  title: string;
  messages: Message[];
  /** Answers that are shown side by side at the end; none where nothing is compared. */
  compared: readonly Message[];
  hasOlder: boolean;
  loadingOlder: boolean;
  /** A message that was jumped to; null for the end of the chat. */
  wanted?: string | null;
}

export function MessageLog(props: MessageLogProps) {
  const { chatId, title, messages, compared, hasOlder, loadingOlder, wanted = null } = props;
  const client = useClient();
  const scroller = useRef<HTMLDivElement>(null);
  const [isFar, setFar] = useState(false);
  const virtual = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => messages[index]?.id ?? index,
    estimateSize: (index) => estimate(messages[index]),
    overscan: 4,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END,
    paddingStart: 40,
    paddingEnd: 24,
  });
  // What is laid out only when it comes near grows out of sight above, also while one scrolls up, and may not move what is read: a
  // message above is seen to here, a part of the message that is read by the browser (`overflow-anchor`).
  virtual.shouldAdjustScrollPositionOnItemSizeChange = ({ end }) => end <= (virtual.scrollOffset ?? 0);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the chat is opened
  useLayoutEffect(() => virtual.scrollToEnd(), []);

  useEffect(() => {
    if (hasOlder && !loadingOlder && first !== undefined && first < 6) client.loadOlder(chatId);
  }, [client, chatId, hasOlder, loadingOlder, first]);

  useStayAtEnd(scroller, wanted);
  const marked = useMarked(wanted, messages, scroller, (index) =>
    virtual.scrollToIndex(index, { align: 'center' }),
  );
  useJumpWhenAsked(messages, () => virtual.scrollToEnd());

  const watchDistance = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement) =>
    setFar(scrollHeight - scrollTop - clientHeight > FAR);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label={`Messages of ${title}`}
        // Starts and ends of answers are announced elsewhere; a token at a time is no way to listen.
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={(event) => watchDistance(event.currentTarget)}
        className="h-full overflow-y-auto overscroll-contain -outline-offset-2 [scrollbar-gutter:stable_both-edges]"
      >
        <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {loadingOlder ? <LoadingOlder /> : null}
          {items.map((item) => {
            const message = messages[item.index];
            if (message === undefined) return null;
            const isCompared = item.index === messages.length - 1 && compared.length > 0;
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                data-message={message.id}
                className={cx(
                  'absolute top-0 left-0 w-full',
                  message.id === marked && !isCompared && 'marked',
                )}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <MessageRow
                  chatId={chatId}
                  message={message}
                  isLast={item.index === messages.length - 1}
                  compared={isCompared ? compared : undefined}
                  isMarked={isCompared && message.id === marked}
                />
              </div>
            );
          })}
        </div>
      </div>
      {isFar ? (
        <Button
          size="small"
          className="absolute bottom-3 left-1/2 h-8 -translate-x-1/2 animate-appear rounded-full shadow-lift"
          onClick={() => virtual.scrollToEnd()}
        >
          <ArrowDown size={14} />
          Jump to the end
        </Button>
      ) : null}
    </div>
  );
}

function LoadingOlder() {
  return (
    <p
      role="status"
      className="absolute inset-x-0 top-4 flex items-center justify-center gap-2 text-faint text-xs"
    >
      <LoaderCircle size={13} aria-hidden="true" className="animate-turn" />
      Loading earlier messages
    </p>
  );
}

/** Pixels, from the length of the text; what is measured replaces it. */
function estimate(message: Message | undefined): number {
  if (message === undefined) return 120;
  const lines = Math.ceil(message.text.length / 85) + message.text.split('\n', 200).length / 2;
  return Math.min(2_400, (message.role === 'user' ? 70 : 84) + lines * 24);
}
