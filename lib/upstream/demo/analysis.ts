import type { Answer } from './answer.ts';
import type { ChatRequest } from './request.ts';
import { lastUserText } from './request.ts';
import { piecesOf } from './scripts-whole.ts';

const kinds = ['summary', 'sentiment', 'facts', 'question'] as const;
type Kind = (typeof kinds)[number];

const praise =
  /\b(good|great|excellent|love[sd]?|like[sd]?|happy|glad|thank(?:s|ful)?|perfect|friendly|fast|reliable|easy|helpful|improved?|success\w*)\b/gi;
const complaint =
  /\b(bad|poor|terrible|hate[sd]?|angry|sad|sorry|slow|broken|unreliable|late|delay(?:s|ed)?|rude|fail(?:s|ed|ure)?|problems?|complain\w*|worse|worst)\b/gi;

/** What an analysis of ours asks for: its system text says `weir-analysis:` and the kind. */
export function analysisIn(request: ChatRequest): Kind | null {
  const system = request.messages.filter(({ role }) => role === 'system').map(({ text }) => text);
  const named = /weir-analysis:(\w+)/.exec(system.join('\n'))?.[1];
  return kinds.find((kind) => kind === named) ?? null;
}

/** Counted and quoted, never thought up; each answer says so. */
export function analysisText(kind: Kind, prompt: string): string {
  const text = /<text-[\w-]+>\n([\s\S]*)\n<\/text-/.exec(prompt)?.[1] ?? prompt;
  const said = text.match(/[^.!?\n]+[.!?]*/g)?.map((sentence) => sentence.trim()) ?? [];
  const sentences = said.filter((sentence) => /\w/.test(sentence));
  if (kind === 'summary') return summary(sentences);
  if (kind === 'sentiment') return sentiment(text);
  if (kind === 'facts') return facts(sentences);
  return answered(/^The question: (.*)/.exec(prompt)?.[1] ?? '', sentences);
}

/** Streams it as the demo's other answers. */
export async function playAnalysis(answer: Answer, kind: Kind, everyMs: number): Promise<void> {
  answer.head();
  await answer.sleep(everyMs * 8);
  for (const piece of piecesOf(analysisText(kind, lastUserText(answer.request.messages)))) {
    await answer.sleep(everyMs);
    answer.delta(piece);
  }
  answer.complete();
}

function summary([first = 'There is nothing to read.', ...more]: readonly string[]): string {
  const points = more.slice(0, 4).map((sentence) => `- ${sentence}`);
  return [first, points.join('\n'), note('the first sentences as they stand')].filter(Boolean).join('\n\n');
}

function sentiment(text: string): string {
  const [good, bad] = [praise, complaint].map((words) => [
    ...new Set((text.match(words) ?? []).map((word) => word.toLowerCase())),
  ]) as [string[], string[]];
  const verdict =
    good.length === 0 && bad.length === 0
      ? 'Neutral'
      : good.length > bad.length * 2
        ? 'Positive'
        : bad.length > good.length * 2
          ? 'Negative'
          : 'Mixed';
  const counted = `Words of praise: ${listed(good)}. Words of complaint: ${listed(bad)}.`;
  return `**${verdict}**\n\n${counted}\n\n${note('words counted from a short English list')}`;
}

function facts(sentences: readonly string[]): string {
  const found = sentences.filter((sentence) => /\d/.test(sentence)).slice(0, 8);
  const points =
    found.length === 0 ? 'No sentence of it has a figure.' : found.map((one) => `- ${one}`).join('\n');
  return `${points}\n\n${note('the sentences with figures')}`;
}

function answered(question: string, sentences: readonly string[]): string {
  const asked = wordsOf(question);
  const shared = (sentence: string) => wordsOf(sentence).filter((word) => asked.includes(word)).length;
  const nearest = sentences
    .filter((sentence) => shared(sentence) > 0)
    .toSorted((a, b) => shared(b) - shared(a))
    .slice(0, 2);
  const quotes = nearest.map((sentence) => `> ${sentence}`).join('\n\n');
  return `${quotes || 'No sentence of it shares a longer word with the question.'}\n\n${note('what shares most words with the question')}`;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.slice(0, 8).join(', ');
}

function note(what: string): string {
  return `*From the demo, which is no model: ${what}.*`;
}
