import type { ChatStore } from '#lib/store/chat-store.ts';
import { analysisLimits, type NewAnalyses } from '#lib/wire/analysis.ts';
import type { Message } from '#lib/wire/chat.ts';
import { Refusal } from '#lib/wire/error-code.ts';

const speakers = { user: 'Person', assistant: 'Assistant' } as const;

/**
 * The text that is to be analysed. A chat is read page by page from its end, each page by its owner, and no further than it
 * is allowed to be long.
 * @throws Refusal `not_found`, `too_long`, `bad_message` (there is no text in it)
 */
export async function analysisText(
  userId: string,
  { chatId, text = '' }: Pick<NewAnalyses, 'chatId' | 'text'>,
  store: Pick<ChatStore, 'page'>,
): Promise<string> {
  const read = chatId === undefined ? text : await chatText(userId, chatId, store);
  if (read.length > analysisLimits.textLength) throw tooLong(chatId === undefined ? 'text' : 'chat');
  if (read.trim() !== '') return read;
  throw new Refusal(
    'bad_message',
    chatId === undefined ? 'text: paste a text first' : 'There is nothing in this chat yet.',
  );
}

async function chatText(userId: string, chatId: string, store: Pick<ChatStore, 'page'>): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for (let before: string | undefined; ; ) {
    const page = await store.page(userId, chatId, before);
    if (page === null) throw new Refusal('not_found', 'This chat does not exist.');
    const said = page.messages.filter(({ text }) => text !== '').map(turn);
    pieces.unshift(...said);
    length += said.reduce((sum, piece) => sum + piece.length, 0);
    if (length > analysisLimits.textLength) throw tooLong('chat');
    before = page.messages[0]?.id;
    if (!page.hasOlder || before === undefined) return pieces.join('\n\n');
  }
}

function turn({ role, text }: Message): string {
  return `${speakers[role]}: ${text}`;
}

function tooLong(what: 'text' | 'chat'): Refusal {
  const most = analysisLimits.textLength.toLocaleString('en');
  const advice =
    what === 'chat' ? 'Paste the part that matters instead.' : 'Shorten it, or take it in parts.';
  return new Refusal(
    'too_long',
    `This ${what} is too long: ${most} characters at most can be analysed. ${advice}`,
  );
}
