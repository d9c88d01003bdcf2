import * as z from 'zod/mini';
import { type AnalysisKind, analysisKind, analysisLimits } from '#lib/wire/analysis.ts';
import type { Ask } from './analysis-card.ts';

const questionDraft = z.object({
  /** Stays while it is typed. */
  key: z.string(),
  text: z.string(),
});

const analysisForm = z.object({
  kinds: z.array(analysisKind),
  questions: z.array(questionDraft),
  /** Null: the model of the chat, or of a new one. */
  model: z.nullable(z.string()),
});
/** What is chosen on the page; the text is kept apart, for it may be long. */
export type AnalysisForm = z.infer<typeof analysisForm>;

export const FORM = 'analysis.form';
export const TEXT = 'analysis.text';

export const usualForm: AnalysisForm = { kinds: [...analysisKind.options], questions: [], model: null };

/** @returns the usual form where there is none, or one that an older page has left and nobody can read */
export function parseAnalysisForm(text: string): AnalysisForm {
  if (text === '') return usualForm;
  try {
    const form = analysisForm.safeParse(JSON.parse(text));
    return form.success ? form.data : usualForm;
  } catch (error) {
    if (error instanceof SyntaxError) return usualForm;
    throw error;
  }
}

/** With a kind chosen or no longer, always in the same order. */
export function toggled(kinds: readonly AnalysisKind[], kind: AnalysisKind): AnalysisKind[] {
  return analysisKind.options.filter((one) => kinds.includes(one) !== (one === kind));
}

/** What is asked for; questions that nobody has written yet are left out. */
export function asksOf({ kinds, questions }: AnalysisForm): Ask[] {
  const written = questions.map(({ text }) => text.trim()).filter((text) => text !== '');
  return [
    ...kinds.map((kind) => ({ kind })),
    ...written.map((question) => ({ kind: 'question' as const, question })),
  ];
}

/** What is wrong with a question, in a sentence that says what to do. */
export function questionProblem(text: string): string | null {
  const most = analysisLimits.questionLength;
  if (text.trim().length <= most) return null;
  return `Shorten it: a question has at most ${most.toLocaleString('en')} characters.`;
}
