'use client';

import { useMemo } from 'react';
import type { ChatClient } from '#lib/client/chat-client.ts';
import { useDraft, useModels } from '#lib/client/hooks.ts';
import { limits } from '#lib/wire/protocol.ts';

/** Kept as drafts are: over reloads, by chat, and no other tab changes it under one's hands. */
const keyOf = (chatId: string) => `compare.${chatId}`;

/**
 * The models that the next message of a chat goes to, one for each answer, in their order; those that are no longer offered
 * are left out. Two or more make a comparison.
 * @param chatId `new` for a chat that does not exist yet
 */
export function useCompareChoice(chatId: string): {
  chosen: string[];
  /** The same where they make a comparison, else none. */
  compared: string[];
  choose: (models: readonly string[]) => void;
} {
  const { models } = useModels();
  const [kept, keep] = useDraft(keyOf(chatId));
  return useMemo(() => {
    const offered = new Set(models.map(({ id }) => id));
    const chosen = kept
      .split('\n')
      .filter((id) => offered.has(id))
      .slice(0, limits.comparedAnswers);
    const compared = chosen.length > 1 ? chosen : [];
    return { chosen, compared, choose: (next) => keep(next.join('\n')) };
  }, [models, kept, keep]);
}

/** What a new chat was begun with is that chat's from then on. */
export function moveCompareChoice({ drafts }: ChatClient, from: string, to: string): void {
  drafts.write(keyOf(to), drafts.read(keyOf(from)));
  drafts.write(keyOf(from), '');
}
