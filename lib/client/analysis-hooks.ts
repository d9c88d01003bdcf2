'use client';

import { createContext, useCallback, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import { AnalysisBoard, type BoardView } from './analysis-board.ts';
import { type AnalysisForm, FORM, parseAnalysisForm, TEXT } from './analysis-draft.ts';
import { analysesOverHttp } from './analysis-http.ts';
import type { AnalysisPort } from './analysis-port.ts';
import { useDraft } from './hooks.ts';

/** For tests; pages ask the server. */
export const AnalysisPortContext = createContext<AnalysisPort>(analysesOverHttp);

const requestFrame = (paint: () => void) => void requestAnimationFrame(paint);

/** A board for as long as the page is open: leaving it ends what runs. */
export function useAnalysisBoard(): [BoardView, AnalysisBoard] {
  const port = useContext(AnalysisPortContext);
  const board = useMemo(() => new AnalysisBoard({ port, requestFrame }), [port]);
  useEffect(() => () => board.stop(), [board]);
  return [useSyncExternalStore(board.subscribe, board.view, board.view), board];
}

/** What is chosen; survives reloads. */
export function useAnalysisForm(): [AnalysisForm, (change: Partial<AnalysisForm>) => void] {
  const [text, write] = useDraft(FORM);
  const form = useMemo(() => parseAnalysisForm(text), [text]);
  const change = useCallback(
    (next: Partial<AnalysisForm>) => write(JSON.stringify({ ...form, ...next })),
    [form, write],
  );
  return [form, change];
}

/** What is pasted; survives reloads. */
export function useAnalysisText(): [string, (text: string) => void] {
  return useDraft(TEXT);
}
