export const suggestions = [
  {
    title: 'Compare two designs',
    hint: 'A table of trade-offs, then a recommendation',
    text: 'Compare an event log with a table of current state for an order system. Give a table of trade-offs, then a recommendation.',
  },
  {
    title: 'Explain an error',
    hint: 'What it means, and how to find the cause',
    text: 'Explain what this error means, what usually causes it, and how I can find the cause:\n\n',
  },
  {
    title: 'Review some code',
    hint: 'Bugs first, then what is hard to read',
    text: 'Review this code. Name the bugs first, then what is hard to read, each with a better version:\n\n',
  },
  {
    title: 'Plan in small steps',
    hint: 'Half a day each, with a result to check',
    text: 'Help me plan this in steps of half a day, each with a result that can be checked:\n\n',
  },
] as const;

/**
 * The draft after a press on something to begin with. Words of ours make way for others; what a person has typed stays.
 * @param openers words of ours that come with presets
 */
export function suggested(typed: string, text: string, openers: readonly string[]): string {
  const ours: readonly string[] = [...openers, ...suggestions.map((one) => one.text)];
  if (typed.trim() === '' || ours.includes(typed)) return text;
  // A preset is also for what one was about to ask; a suggestion is about what one has pasted.
  if (text === '' || openers.includes(text)) return typed;
  return `${text.trimEnd()}\n\n${typed}`;
}
