'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import { useRef } from 'react';
import { Markdown } from '#components/markdown/lazy-markdown.tsx';
import { addressOf, replaceAddress } from '#components/navigation.ts';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { cx } from '#components/ui/cx.ts';
import type { Message } from '#lib/wire/chat.ts';
import type { ChatPart } from '#lib/wire/search.ts';
import { useMarked } from './marked.ts';
import { usePart } from './use-part.ts';

export interface PartLogProps {
  chatId: string;
  title: string;
  /** The message that was jumped to. */
  wanted: string;
  part: ChatPart;
}

/** A part of a long chat that is not loaded up to its end: to be read, with ways on in both directions. */
export function PartLog({ chatId, title, wanted, part: first }: PartLogProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { part, more, isBusy } = usePart(chatId, first, scroller);
  const marked = useMarked(wanted, part.messages, scroller, () => {
    const row = scroller.current?.querySelector(`[data-message="${wanted}"]`);
    row?.scrollIntoView({ block: 'center' });
  });
  const leave = () => replaceAddress(addressOf(chatId));
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        aria-label="Part of this chat"
        className="flex shrink-0 flex-wrap items-center justify-center gap-x-3 gap-y-1 border-line border-b bg-wash px-4 py-1.5 text-[0.8125rem]"
      >
        <span>An earlier part of this chat</span>
        <Button look="link" size="small" onClick={leave}>
          Back to the end
        </Button>
      </section>
      <div
        ref={scroller}
        role="log"
        aria-label={`Messages of ${title}`}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain py-6 -outline-offset-2 [scrollbar-gutter:stable_both-edges]"
      >
        {part.hasOlder ? (
          <More isBusy={isBusy} onClick={() => more('older')}>
            <ArrowUp size={14} /> Earlier messages
          </More>
        ) : null}
        {part.messages.map((message) => (
          <div
            key={message.id}
            data-message={message.id}
            className={cx('measure', message.id === marked && 'marked')}
          >
            <Said message={message} />
          </div>
        ))}
        {part.hasNewer ? (
          <More isBusy={isBusy} onClick={() => more('newer')}>
            <ArrowDown size={14} /> Later messages
          </More>
        ) : (
          <More isBusy={false} onClick={leave}>
            <ArrowDown size={14} /> Go on at the end
          </More>
        )}
      </div>
    </div>
  );
}

function More({
  isBusy,
  onClick,
  children,
}: {
  isBusy: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <p className="my-3 flex justify-center">
      <Button size="small" className="rounded-full" disabled={isBusy} onClick={onClick}>
        {children}
      </Button>
    </p>
  );
}

/** As in the whole chat, without what acts on it: that belongs to its end. */
function Said({ message: { role, text } }: { message: Message }) {
  if (role === 'user') {
    return (
      <article aria-label="You" className="group flex flex-col items-end pt-4 outline-none">
        <div className="max-w-[min(85%,40rem)] whitespace-pre-wrap rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 text-[0.9375rem] leading-relaxed [overflow-wrap:anywhere]">
          {text}
        </div>
        <Copy text={text} />
      </article>
    );
  }
  return (
    <article aria-label="Answer" className="group pt-2 pb-3 outline-none">
      {text === '' ? <p className="text-faint">No text</p> : <Markdown text={text} isArriving={false} />}
      <Copy text={text} />
    </article>
  );
}

function Copy({ text }: { text: string }) {
  return (
    <div className="mt-1 flex min-h-7 items-center opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 [@media(pointer:coarse)]:opacity-100">
      <CopyButton text={text} />
    </div>
  );
}
