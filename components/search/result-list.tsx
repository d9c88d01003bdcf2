'use client';

import { Sparkles, TextSearch } from 'lucide-react';
import type { KeyboardEvent, Ref } from 'react';
import { goOnPlainClick, messageAddress } from '#components/navigation.ts';
import { cx } from '#components/ui/cx.ts';
import { useNow } from '#components/use-now.ts';
import type { SearchHit, SnippetPiece } from '#lib/wire/search.ts';
import { whenWords, whyWords } from './search-words.ts';

/** Best first; arrows go from one to the next. */
export function ResultList({
  hits,
  isOld,
  ref,
}: {
  hits: readonly SearchHit[];
  /** They answer what was looked for before. */
  isOld: boolean;
  ref: Ref<HTMLOListElement>;
}) {
  const now = useNow(false);
  return (
    <ol
      ref={ref}
      aria-label="Results"
      aria-busy={isOld}
      onKeyDown={moveFocus}
      className={cx('-mx-2 mt-3 space-y-1 transition-opacity', isOld && 'opacity-60')}
    >
      {hits.map((hit) => (
        <li key={hit.messageId}>
          <Result hit={hit} now={now} />
        </li>
      ))}
    </ol>
  );
}

function Result({ hit, now }: { hit: SearchHit; now: number }) {
  const address = messageAddress(hit.chatId, hit.messageId);
  return (
    <a
      href={address}
      onClick={(event) => goOnPlainClick(event, address)}
      className="block rounded-lg px-3 py-2.5 hover:bg-hover focus-visible:bg-hover"
    >
      <span className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{hit.chatTitle || 'New chat'}</span>
        <span className="shrink-0 text-faint text-xs tabular-nums">
          {hit.role === 'user' ? 'You' : 'Answer'} · {whenWords(hit.createdAt, now)}
        </span>
      </span>
      <span className="mt-0.5 line-clamp-3 text-soft [overflow-wrap:anywhere]">
        <Snippet pieces={hit.snippet} />
      </span>
      <span className="mt-1 flex flex-wrap gap-x-3 text-faint text-xs">
        {hit.why.map((why) => (
          <span key={why} className="inline-flex items-center gap-1">
            {why === 'words' ? (
              <TextSearch size={12} aria-hidden="true" />
            ) : (
              <Sparkles size={12} aria-hidden="true" />
            )}
            {whyWords[why]}
          </span>
        ))}
      </span>
    </a>
  );
}

/** Pieces of text, never markup: what a message holds is shown and not followed. */
function Snippet({ pieces }: { pieces: readonly SnippetPiece[] }) {
  return pieces.map(({ text, hit }, at) =>
    hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have nothing else
      <mark key={at} className="rounded-[3px] bg-wash px-0.5 font-medium text-ink">
        {text}
      </mark>
    ) : (
      text
    ),
  );
}

function moveFocus(event: KeyboardEvent<HTMLOListElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [...event.currentTarget.querySelectorAll('a')];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)];
  const field = document.querySelector<HTMLElement>('input[aria-label="Search your messages"]');
  event.preventDefault();
  if (next !== undefined) next.focus();
  else if (event.key === 'ArrowUp') field?.focus();
}
