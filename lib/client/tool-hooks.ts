'use client';

import { useShallow } from 'zustand/react/shallow';
import type { Equipment, Preset, Toolset } from '#lib/wire/tool.ts';
import { useChats, useView } from './hooks.ts';
import { decided } from './tool-requests.ts';

const none: readonly string[] = [];

/** What there is to choose from; empty before the first welcome. */
export function useToolsets(): readonly Toolset[] {
  return useView(({ toolsets }) => toolsets);
}

export function usePresets(): readonly Preset[] {
  return useView(({ presets }) => presets);
}

/** What the next new chat begins with. */
export function useNewEquipment(): Equipment | null {
  return useView(({ newEquipment }) => newEquipment);
}

/** @param chatId null for a chat that does not exist yet */
export function useChatTools(chatId: string | null): { tools: readonly string[]; preset: string | null } {
  const chat = useChats().find(({ id }) => id === chatId);
  const chosen = useNewEquipment();
  const { tools = none, preset = null } = (chatId === null ? chosen : chat) ?? {};
  return { tools, preset };
}

/** Calls that somebody here has decided on, and the server has not confirmed. */
export function useDecided(callIds: readonly string[]): readonly string[] {
  return useView(useShallow((state) => callIds.filter((id) => decided(state, id))));
}
