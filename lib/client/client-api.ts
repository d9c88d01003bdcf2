import type { StoreApi } from 'zustand/vanilla';
import type { Comparisons } from './comparisons.ts';
import type { Drafts } from './drafts.ts';
import type { FlowRequests } from './flow-requests.ts';
import type { Notice } from './notice.ts';
import type { Painter } from './painter.ts';
import type { ClientState, Pending } from './state.ts';
import type { ToolRequests } from './tool-requests.ts';

/** All that a page can ask for. Requests made offline are kept and sent later, in order, each once. */
export interface ChatClient {
  /** Opens session and socket, and keeps them open. @returns closes them */
  start(): () => void;
  /** Keeps a chat up to date for as long as it is looked at. @returns ends this view */
  watch(chatId: string): () => void;
  /**
   * Shows at once, is kept until the server has it, also over reloads. `replaces` edits that message. `also` are the models
   * of further answers, to be shown side by side.
   */
  send(input: {
    chatId: string;
    text: string;
    model: string;
    replaces?: string;
    also?: readonly string[] | undefined;
  }): void;
  regenerate(chatId: string, messageId: string, model: string): void;
  continueAnswer(chatId: string, messageId: string): void;
  stop(chatId: string, generationId: string): void;
  /** @returns the id of the request, by which a notice tells that it was refused */
  select(chatId: string, messageId: string): string;
  rename(chatId: string, title: string): void;
  remove(chatId: string): void;
  restore(chatId: string): void;
  markRead(chatId: string): void;
  editFollowUp(chatId: string, messageId: string, text: string): void;
  withdrawFollowUp(chatId: string, messageId: string): void;
  releaseFollowUp(chatId: string): void;
  loadOlder(chatId: string): void;
  /** Sends a refused request again, as it is. */
  retryPending(requestId: string): void;
  /** Takes a request back; null when it may have reached the server already. */
  dropPending(requestId: string): Pending | null;
  reconnectNow(): void;
  onNotice(listener: (notice: Notice) => void): () => void;
  readonly store: StoreApi<ClientState>;
  readonly drafts: Drafts;
  readonly painter: Painter;
  readonly flow: FlowRequests;
  readonly comparisons: Comparisons;
  readonly tools: ToolRequests;
}
