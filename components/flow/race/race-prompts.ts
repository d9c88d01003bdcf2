import { create } from 'zustand/react';
import { raceLimits } from '#lib/wire/flow.ts';

/** A coffee shop's morning; races of more prompts go round. */
const examples = [
  'Suggest six names for a small coffee shop in an old printing works, each with half a line of why.',
  'Describe a flat white with oat milk for our menu, in two sentences that make people thirsty.',
  'Reply kindly and briefly to this review: “Great coffee, but I waited twenty minutes for it.”',
  'Plan the week for three baristas: open 7 to 18, two people from 8 to 11, everybody has two days off. A table.',
  'Write a sign for the door that says we close at noon on Friday to mend the grinder.',
  'Name four pastries that go with filter coffee, and for each the reason in a few words.',
  'Explain to a new colleague in five steps how to steam milk.',
  'Draft a short note to our roaster: the last bag tasted flat, please look into it.',
] as const;

const FIRST = 4;

export function examplePrompts(count: number): string[] {
  return Array.from({ length: count }, (_, at) => examples[at % examples.length] ?? '');
}

/** As many as asked for, 1 to 50: what was written, then examples. */
export function promptsOf({ written, count }: Pick<RaceDraft, 'written' | 'count'>): string[] {
  const most = Math.min(raceLimits.prompts, Math.max(1, Math.trunc(count) || 1));
  return [...written.slice(0, most), ...examplePrompts(most).slice(written.length)];
}

export interface RaceDraft {
  /** From the first prompt on; kept also where fewer are wanted. */
  written: string[];
  count: number;
  /** Null: the one that a new chat would use. */
  model: string | null;
}

/** What the next race runs; kept while one looks at chats in between. */
export const useRaceDraft = create<RaceDraft>(() => ({ written: [], count: FIRST, model: null }));

export function writePrompt(at: number, text: string): void {
  useRaceDraft.setState(({ written, count }) => ({
    written: [...promptsOf({ written, count }), ...written.slice(count)].with(at, text),
  }));
}
