import type { ChatPart, SearchAnswer } from '#lib/wire/search.ts';

/** What can be asked about one's own messages. All reject with SearchRefused, or `AbortError` after the signal. */
export interface SearchPort {
  find(text: string, signal: AbortSignal): Promise<SearchAnswer>;
  /** @throws SearchRefused `not_found` when the message is gone */
  part(
    chatId: string,
    messageId: string,
    side: 'around' | 'older' | 'newer',
    signal: AbortSignal,
  ): Promise<ChatPart>;
}

/** An answer other than what was asked for; the message is for people. */
export class SearchRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'SearchRefused';
    this.code = code;
  }
}
