'use client';

import type { RefObject } from 'react';
import { Composer } from '#components/composer/composer.tsx';
import { useChat, useChats, useDraft } from '#lib/client/hooks.ts';
import { usePresets } from '#lib/client/tool-hooks.ts';
import { ChatGone } from './chat-gone.tsx';
import { ChatScreen } from './chat-screen.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { FollowUps } from './follow-ups.tsx';
import { NewChat } from './new-chat.tsx';
import { suggested } from './suggestions.ts';
import { Unsent } from './unsent.tsx';

/** One chat and the composer, or a new one. The composer stays mounted while a new chat becomes a chat. */
export function Conversation({
  place,
  field,
}: {
  place: { id: string | null; isChatId: boolean };
  field: RefObject<HTMLTextAreaElement | null>;
}) {
  const { id } = place;
  const chat = useChats().find((one) => one.id === id) ?? null;
  const [draft, setDraft] = useDraft('new');
  const { phase } = useChat(id ?? '');
  const isGone = id !== null && (!place.isChatId || phase === 'gone');
  const presets = usePresets();
  const suggest = (offer: string) => {
    const text = suggested(
      draft,
      offer,
      presets.map(({ opener }) => opener),
    );
    setDraft(text);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(text.length, text.length);
    });
  };
  return (
    <>
      {id === null ? (
        <NewChat onSuggest={suggest} />
      ) : place.isChatId ? (
        <ChatScreen chatId={id} chat={chat} />
      ) : (
        <ChatGone />
      )}
      {isGone ? null : (
        <div className="shrink-0 overflow-y-hidden pb-[max(0.75rem,env(safe-area-inset-bottom))] [scrollbar-gutter:stable_both-edges]">
          <div className="measure">
            {id === null ? null : (
              <>
                <Unsent chatId={id} />
                <Elsewhere chatId={id} />
                <FollowUps chatId={id} />
              </>
            )}
            <Composer chatId={id} field={field} />
          </div>
        </div>
      )}
    </>
  );
}
