import { openChat } from '#components/navigation.ts';
import { say } from '#components/toasts/say.ts';
import type { ChatClient } from '#lib/client/chat-client.ts';
import type { ChatSummary } from '#lib/wire/chat.ts';

const UNDO_MS = 8_000;

/** Deletes at once and offers the way back. */
export function deleteChat(client: ChatClient, chat: ChatSummary, isOpen: boolean): void {
  client.remove(chat.id);
  if (isOpen) openChat(null);
  say({
    message: `Deleted “${chat.title || 'New chat'}”`,
    duration: UNDO_MS,
    action: {
      label: 'Undo',
      onClick: () => {
        client.restore(chat.id);
        if (isOpen) openChat(chat.id);
      },
    },
  });
}
