'use client';

import { useEffect, useRef, useState } from 'react';
import { addressOf, replaceAddress } from '#components/navigation.ts';
import { say } from '#components/toasts/say.ts';
import { useClient } from '#lib/client/hooks.ts';
import { searchOverHttp } from '#lib/client/search-http.ts';
import type { ChatPath } from '#lib/client/state.ts';
import type { ChatPart } from '#lib/wire/search.ts';

/**
 * Leads to a message of a chat that is there: in what is loaded, on another branch, which is selected then, or in a part of
 * the chat that is shown by itself.
 * @returns that part; null while the message is among what is loaded, `looking` until it is known
 */
export function useJump(
  chatId: string,
  wanted: string,
  { messages, revision }: Pick<ChatPath, 'messages' | 'revision'>,
): ChatPart | 'looking' | null {
  const client = useClient();
  const [found, setFound] = useState<{ of: string; part: ChatPart | null } | null>(null);
  /** The branch that was asked for, and by which request. */
  const selected = useRef<{ wanted: string; requestId: string } | null>(null);
  const isLoaded = messages.some(({ id }) => id === wanted);
  const isSettled = found?.of === wanted;
  // A path that changes leads somewhere only while the branch that was selected is awaited.
  const awaited = isSettled ? 0 : revision;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `awaited` is the revision that is looked at
  useEffect(() => {
    if (isSettled) return;
    if (isLoaded) return setFound({ of: wanted, part: null });
    const leaving = new AbortController();
    searchOverHttp.part(chatId, wanted, 'around', leaving.signal).then(
      (part) => {
        if (leaving.signal.aborted) return;
        if (part.selected) return setFound({ of: wanted, part });
        if (selected.current?.wanted === wanted) return;
        selected.current = { wanted, requestId: client.select(chatId, wanted) };
      },
      (error: Error) => {
        if (leaving.signal.aborted) return;
        say({ message: error.message, tone: 'bad' });
        replaceAddress(addressOf(chatId));
      },
    );
    return () => leaving.abort();
  }, [client, chatId, wanted, isLoaded, isSettled, awaited]);
  // Why is said already; the chat is there all the same.
  useEffect(() => {
    return client.onNotice(({ requestId }) => {
      if (requestId === undefined || requestId !== selected.current?.requestId) return;
      selected.current = null;
      replaceAddress(addressOf(chatId));
    });
  }, [client, chatId]);
  if (isSettled) return found.part;
  return isLoaded ? null : 'looking';
}
