'use client';

import { useEffect, useRef } from 'react';
import { toggleFlowPanel } from '#components/flow/panel-state.ts';
import { useClient, usePathActivity } from '#lib/client/hooks.ts';

export interface Shortcuts {
  chatId: string | null;
  newChat: () => void;
  openPalette: () => void;
  toggleSidebar: () => void;
  focusField: () => void;
}

/** Ctrl or Cmd: K commands, B sidebar, Shift+O new chat, Shift+F everything that runs. Escape stops. `/` goes to the message. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const client = useClient();
  const activity = usePathActivity(shortcuts.chatId ?? '');
  const now = useRef({ ...shortcuts, client, activity });
  now.current = { ...shortcuts, client, activity };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const act = actionOf(event, now.current);
      if (act === null) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

type Now = Shortcuts & {
  client: ReturnType<typeof useClient>;
  activity: ReturnType<typeof usePathActivity>;
};

function actionOf(event: KeyboardEvent, now: Now): (() => void) | null {
  const key = event.key.toLowerCase();
  const isMod = (event.metaKey || event.ctrlKey) && !event.altKey;
  if (isMod && !event.shiftKey && key === 'k') return now.openPalette;
  if (isMod && !event.shiftKey && key === 'b') return now.toggleSidebar;
  if (isMod && event.shiftKey && key === 'o') return now.newChat;
  if (isMod && event.shiftKey && key === 'f') return toggleFlowPanel;
  const { activity, chatId, client } = now;
  if (key === 'escape' && activity !== null && chatId !== null)
    return () => client.comparisons.stopAll(chatId);
  if (isMod || event.altKey || isTyping(event.target)) return null;
  if (key === '/') return now.focusField;
  if (key === '?') return now.openPalette;
  return null;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}
