import { focusComposer } from '#components/focus.ts';
import type { ChatClient } from '#lib/client/chat-client.ts';
import type { Notice } from '#lib/client/notice.ts';
import { say } from './say.ts';

/** Long enough to read the sentence and reach the button. */
const GIVE_BACK_MS = 12_000;

/** A text that lives nowhere else any more can be had back. */
export function sayNotice({ drafts }: ChatClient, { kind, message, chatId, text }: Notice): void {
  const tone = kind === 'refused' ? 'bad' : 'plain';
  if (text === undefined || chatId === undefined) return say({ message, tone });
  const giveBack = () => {
    const draft = drafts.read(chatId);
    drafts.write(chatId, draft === '' ? text : `${text}\n\n${draft}`);
    focusComposer();
  };
  say({ message, tone, duration: GIVE_BACK_MS, action: { label: 'To the composer', onClick: giveBack } });
}
