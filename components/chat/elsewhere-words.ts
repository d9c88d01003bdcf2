import type { Generation } from '#lib/wire/chat.ts';

/** What is said of answers that are being made on branches which are not shown. */
export function elsewhereWords(running: readonly Pick<Generation, 'state'>[]): string {
  const count = running.length;
  const asking = running.filter(({ state }) => state.name === 'asking').length;
  const where = count === 1 ? 'An answer on another branch' : `${count} answers on other branches`;
  if (asking === 0) return `${where} ${count === 1 ? 'is' : 'are'} still being made.`;
  if (asking === count)
    return `${where} ${count === 1 ? 'waits' : 'wait'} for you: a tool asks to be allowed.`;
  return `${where} are still being made; ${asking} of them ${asking === 1 ? 'waits' : 'wait'} for you.`;
}
