'use client';

import { useShallow } from 'zustand/react/shallow';
import type { Generation, Message } from '#lib/wire/chat.ts';
import { pathRunningView } from './activity-view.ts';
import { comparedIn } from './compared.ts';
import { useView } from './hooks.ts';
import { chatView } from './view.ts';

/** The answers that are shown side by side; none where nothing is compared. */
export function useCompared(chatId: string): readonly Message[] {
  return useView((state) => comparedIn(chatView(state, chatId)));
}

export function useIsComparing(chatId: string): boolean {
  return useView((state) => comparedIn(chatView(state, chatId)).length > 0);
}

/** What runs on the path that is shown, answers beside its end included. */
export function usePathRunning(chatId: string): readonly Generation[] {
  return useView(useShallow((state) => pathRunningView(state, chatId)));
}

/** The answer that the person has asked to keep, until the server has heard it. */
export function useKeeping(chatId: string): string | null {
  return useView(({ requests }) => {
    const asked = requests.findLast(({ message }) => message.type === 'keep' && message.chatId === chatId);
    return asked !== undefined && 'messageId' in asked.message ? asked.message.messageId : null;
  });
}
