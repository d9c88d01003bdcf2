import { describe, expect, it } from 'vitest';
import { noSearch } from '#lib/client/search-board.ts';
import type { SearchAnswer } from '#lib/wire/search.ts';
import { countWords, emptyWords, indexWords, isWorthAgain, whenWords } from './search-words.ts';

const answer = (given: Partial<SearchAnswer> = {}): SearchAnswer => ({
  hits: [],
  meaning: 'on',
  index: { total: 5_000, done: 5_000 },
  ...given,
});

describe('[C66] what is said of a search', () => {
  it('says how far the index is', () => {
    expect(indexWords(answer({ index: { total: 5_000, done: 1_200 } }))).toBe(
      'Indexing: 1,200 of 5,000 messages can be found by meaning; all of them by their words.',
    );
    expect(indexWords(answer())).toBe('5,000 messages, searched by words and by meaning.');
    expect(indexWords(answer({ index: { total: 1, done: 1 } }))).toMatch(/^1 message,/);
    expect(indexWords(answer({ index: { total: 0, done: 0 } }))).toBe('There are no messages yet.');
  });

  it.each([
    ['off', /no embedding model is configured.*README/, false],
    ['unsupported', /no pgvector/, false],
    ['late', /did not answer in time/, true],
    ['failed', /failed/, true],
  ] as const)('%s: words only, why, and whether another try may help', (meaning, words, again) => {
    const one = answer({ meaning });
    expect(indexWords(one)).toMatch(/^Words only/);
    expect([indexWords(one), isWorthAgain(one)]).toEqual([expect.stringMatching(words), again]);
  });

  it('counts what was found once it is there, and says what to try when there is nothing', () => {
    const view = { ...noSearch, text: 'x', answered: 'x', answer: answer() };
    expect(countWords(view)).toBe('Nothing found');
    expect([countWords({ ...view, isBusy: true }), countWords(noSearch)]).toEqual(['', '']);
    expect(emptyWords(answer({ index: { total: 0, done: 0 } }))).toMatch(/you have no messages/);
    expect(emptyWords(answer({ index: { total: 9, done: 1 } }))).toMatch(/yet/);
    expect(emptyWords(answer({ meaning: 'off' }))).toMatch(/All words have to be in/);
    expect(emptyWords(answer())).toMatch(/means about the same/);
  });

  it('says the time of today, the day of this year, and the year of others', () => {
    const now = new Date(2026, 10, 21, 15, 0).getTime();
    expect(whenWords(new Date(2026, 10, 21, 14, 5).getTime(), now)).toBe('14:05');
    expect(whenWords(new Date(2026, 2, 3).getTime(), now)).toBe('3 Mar');
    expect(whenWords(new Date(2025, 2, 3).getTime(), now)).toBe('3 Mar 2025');
  });
});
