import type { Message } from '#lib/wire/chat.ts';
import { memo } from './memo.ts';
import type { ChatPath, Pending } from './state.ts';

const split = new WeakMap<Pending, readonly Pending[]>();

/** Every answer that a request will start, as a request of its own. */
export function answersOf(pending: Pending): readonly Pending[] {
  if (pending.also === undefined) return [pending];
  const known = split.get(pending);
  if (known !== undefined) return known;
  const { also, ...first } = pending;
  const answers = [pending, ...also.map((one) => ({ ...first, ...one }))];
  split.set(pending, answers);
  return answers;
}

/** Of all requests. */
export const answersAsked = memo((outbox: readonly Pending[]): readonly Pending[] =>
  outbox.flatMap(answersOf),
);

const none: readonly Message[] = [];
const columns = new WeakMap<ChatPath, readonly Message[]>();

/** The answers that are shown side by side at the end of the path, in the order in which they were asked for. */
export function comparedIn(path: ChatPath): readonly Message[] {
  const leaf = path.messages.at(-1);
  if (leaf === undefined || path.beside.length === 0) return none;
  const known = columns.get(path);
  if (known !== undefined) return known;
  const place = ({ id }: Message) => leaf.siblings.indexOf(id);
  const sorted = [leaf, ...path.beside].sort((a, b) => place(a) - place(b));
  columns.set(path, sorted);
  return sorted;
}

/** Whether a follow-up waits for the person to keep an answer. */
export function isComparing({ beside }: ChatPath): boolean {
  return beside.length > 0;
}
