import type { Answer } from './answer.ts';
import { withoutDirective } from './directive.ts';
import type { ChatRequest } from './request.ts';

const smallAnswer = 64;
const maxWords = 6;
const maxLength = 48;

/** A call that wants a title: its system text says `weir-title`, or speaks of a title and allows few tokens. */
export function isTitleRequest(request: ChatRequest): boolean {
  const system = request.messages.filter((turn) => turn.role === 'system' || turn.role === 'developer');
  const text = system.map((turn) => turn.text).join('\n');
  return /weir-title/i.test(text) || (/title/i.test(text) && request.maxTokens <= smallAnswer);
}

/** The first words of a text, without markup. */
export function titleOf(text: string): string {
  const plain = withoutDirective(text)
    .replace(/<[^>]*>/g, ' ')
    .replace(/^\s*(user|message|prompt)\s*:/i, '')
    .replace(/[`*_#>"“”[\]]/g, ' ');
  const words = plain.split(/\s+/).filter((word) => word !== '');
  const kept = words.slice(0, maxWords).join(' ');
  const title =
    kept.length > maxLength
      ? kept
          .slice(0, maxLength)
          .toWellFormed()
          .replace(/\uFFFD$/, '')
      : kept;
  const bare = title.replace(/[\s.,;:!?]+$/, '');
  return bare === '' ? 'New chat' : bare.charAt(0).toUpperCase() + bare.slice(1);
}

/** Answers with a title made from the first user message. */
export async function playTitle(answer: Answer): Promise<void> {
  const first = answer.request.messages.find((turn) => turn.role === 'user');
  // What follows the person's first words in an excerpt is not theirs.
  const own = (first?.text ?? '').split(/\n+assistant: /i, 1)[0] ?? '';
  answer.delta(titleOf(own));
  answer.complete();
}
