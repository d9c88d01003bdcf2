/** Remembers the last answer, for as long as every part of the question stays the same object. */
export function memo<Parts extends readonly unknown[], Answer>(
  compute: (...parts: Parts) => Answer,
): (...parts: Parts) => Answer {
  let last: { parts: Parts; answer: Answer } | undefined;
  return (...parts) => {
    if (last === undefined || parts.some((part, at) => part !== last?.parts[at])) {
      last = { parts, answer: compute(...parts) };
    }
    return last.answer;
  };
}
