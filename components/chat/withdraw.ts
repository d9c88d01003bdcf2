import { focusComposer } from '#components/focus.ts';
import { say } from '#components/toasts/say.ts';
import type { ChatClient } from '#lib/client/chat-client.ts';
import type { Pending } from '#lib/client/state.ts';
import type { FollowUp } from '#lib/wire/chat.ts';

const UNDO_MS = 8_000;

/**
 * Takes a follow-up back. Its text goes into an empty message field; where something else is being written, that stays
 * and the way back is offered.
 * @param pending its request, where the server has not confirmed it
 */
export function withdraw(
  client: ChatClient,
  chatId: string,
  { messageId, text, model, also }: FollowUp,
  pending: Pending | undefined,
): void {
  const neverLeft = pending !== undefined && client.dropPending(pending.requestId) !== null;
  if (!neverLeft) client.withdrawFollowUp(chatId, messageId);
  focusComposer();
  if (client.drafts.read(chatId).trim() === '') return client.drafts.write(chatId, text);
  say({
    message: 'Withdrawn',
    duration: UNDO_MS,
    action: { label: 'Undo', onClick: () => client.send({ chatId, text, model, also }) },
  });
}
