import type { ChatPage } from './chat-store.ts';

/** The part of a ChatStore that ends and begins comparisons of answers that there are. */
export interface ComparisonStore {
  /**
   * Ends a comparison: selects the branch through the compared answer `messageId` as `select` does; what was held behind
   * one of them waits behind that. An answer that is not compared (any more) is only selected. @throws Refusal `not_found`
   */
  keep(userId: string, chatId: string, messageId: string): Promise<ChatPage>;
  /**
   * Selects the answer `messageId` itself and shows it side by side with its newest siblings, `limits.comparedAnswers` in
   * all. @throws Refusal `not_found`, `conflict` (no answer, or the only one)
   */
  compare(userId: string, chatId: string, messageId: string): Promise<ChatPage>;
}
