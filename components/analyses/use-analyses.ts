'use client';

import { useSearch } from '#components/navigation.ts';
import type { AnalysisBoard, BoardView } from '#lib/client/analysis-board.ts';
import { type Ask, hasEnded } from '#lib/client/analysis-card.ts';
import { type AnalysisForm, asksOf, questionProblem } from '#lib/client/analysis-draft.ts';
import { useAnalysisBoard, useAnalysisForm, useAnalysisText } from '#lib/client/analysis-hooks.ts';
import { useChats, useChatsLoaded, useConnection, useModels } from '#lib/client/hooks.ts';
import { analysisLimits } from '#lib/wire/analysis.ts';
import type { ChatSummary } from '#lib/wire/chat.ts';

/** Where the text comes from: `gone` is a chat that is not there for this person. */
export type Source =
  | { of: 'text'; text: string }
  | { of: 'chat'; id: string; chat: ChatSummary | null }
  | { of: 'gone' };

export interface AnalysesView {
  form: AnalysisForm;
  change: (next: Partial<AnalysisForm>) => void;
  source: Source;
  setText: (text: string) => void;
  model: string;
  asks: readonly Ask[];
  board: AnalysisBoard;
  shown: BoardView;
  isRunning: boolean;
  /** Why it cannot start, for people; null when it can. Empty where the page shows why already. */
  hindrance: string | null;
  start: () => void;
}

/** All of the page. */
export function useAnalyses(): AnalysesView {
  const [form, change] = useAnalysisForm();
  const [text, setText] = useAnalysisText();
  const [shown, board] = useAnalysisBoard();
  const isOpen = useConnection().phase === 'open';
  const source = useSource(text);
  const model = useModel(form, source);
  const asks = asksOf(form);
  const isRunning = shown.cards.some((card) => !hasEnded(card));
  const start = () => {
    const subject = source.of === 'chat' ? { chatId: source.id } : { text };
    void board.start({ ...subject, model }, asks);
  };
  const hindrance = isOpen ? hindranceOf(source, form, asks) : '';
  return { form, change, source, setText, model, asks, board, shown, isRunning, hindrance, start };
}

function useSource(text: string): Source {
  const chats = useChats();
  const isLoaded = useChatsLoaded();
  const id = new URLSearchParams(useSearch()).get('chat');
  if (id === null) return { of: 'text', text };
  const chat = chats.find((one) => one.id === id) ?? null;
  return chat === null && isLoaded ? { of: 'gone' } : { of: 'chat', id, chat };
}

/** The one picked here, else the chat's own, else that of a new chat; never one that is no longer offered. */
function useModel({ model }: AnalysisForm, source: Source): string {
  const { models, defaultModel } = useModels();
  const own = source.of === 'chat' ? (source.chat?.model ?? null) : null;
  return [model, own].find((id) => models.some((one) => one.id === id)) ?? defaultModel;
}

function hindranceOf(source: Source, { questions }: AnalysisForm, asks: readonly Ask[]): string | null {
  if (source.of === 'gone' || questions.some(({ text }) => questionProblem(text) !== null)) return '';
  if (source.of === 'text' && source.text.trim() === '') return 'Paste a text first.';
  if (source.of === 'text' && source.text.length > analysisLimits.textLength) return '';
  return asks.length === 0 ? 'Choose at least one analysis, or write a question.' : null;
}
