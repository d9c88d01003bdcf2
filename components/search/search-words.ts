import { whole } from '#components/format.ts';
import type { SearchView } from '#lib/client/search-board.ts';
import type { SearchAnswer, SearchHit } from '#lib/wire/search.ts';

const messages = (count: number) => `${whole(count)} ${count === 1 ? 'message' : 'messages'}`;

/** What is searched, and how: said plainly, whatever is missing. */
export function indexWords({ meaning, index: { total, done } }: SearchAnswer): string {
  switch (meaning) {
    case 'off':
      return 'Words only: no embedding model is configured. The README says how to add one (WEIR_EMBEDDING_MODEL).';
    case 'unsupported':
      return 'Words only: the database has no pgvector, or Weir may not enable it. The README says how a search by meaning gets it.';
    case 'late':
      return 'Words only this time: the embedding model did not answer in time.';
    case 'failed':
      return 'Words only this time: the embedding model failed.';
    case 'on':
      if (total === 0) return 'There are no messages yet.';
      return done < total
        ? `Indexing: ${whole(done)} of ${messages(total)} can be found by meaning; all of them by their words.`
        : `${messages(total)}, searched by words and by meaning.`;
  }
}

/** Whether the same question may be answered better another time. */
export function isWorthAgain({ meaning }: SearchAnswer): boolean {
  return meaning === 'late' || meaning === 'failed';
}

/** For screen readers too: how many there are, once they are there. */
export function countWords({ answer, answered, isBusy }: SearchView): string {
  if (answer === null || answered.trim() === '' || isBusy) return '';
  const { length } = answer.hits;
  return length === 0 ? 'Nothing found' : `${length} found`;
}

/** What to try when nothing was found. */
export function emptyWords({ meaning, index }: SearchAnswer): string {
  if (index.total === 0) return 'There is nothing to search yet: you have no messages.';
  if (meaning === 'on')
    return index.done < index.total
      ? 'Not all messages can be found by their meaning yet. Other words may help.'
      : 'Nothing has these words, or means about the same.';
  return 'All words have to be in the message; the last one may be a beginning. Fewer words may help.';
}

export const whyWords: Record<SearchHit['why'][number], string> = {
  words: 'Has the words',
  meaning: 'Means about the same',
};

/** `14:05` today, else the day. */
export function whenWords(time: number, now: number): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date(now).toDateString();
  if (isToday) return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  const day = { day: 'numeric', month: 'short' } as const;
  return date.toLocaleDateString('en-GB', isThisYear ? day : { ...day, year: 'numeric' });
}
