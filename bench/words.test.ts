import { expect, it } from 'vitest';
import { WordReader, WordWriter } from './words.ts';

const none = { lost: 0, doubled: 0, reordered: 0, garbled: 0 };

function written(count: number, atUs = 0): string[] {
  const writer = new WordWriter(count);
  return Array.from({ length: count }, (_, at) => writer.next(atUs + at * 1_000));
}

function read(pieces: readonly string[], count: number) {
  const delays: number[] = [];
  const reader = new WordReader((delayUs) => delays.push(delayUs));
  for (const piece of pieces) reader.take(piece, 1_000_000);
  reader.end(count);
  return { faults: reader.faults, delays };
}

it('a whole text has no faults, wherever it is cut', () => {
  const text = written(20).join('');
  for (let size = 1; size <= text.length; size += 1) {
    const pieces = text.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
    expect(read(pieces, 20).faults).toEqual(none);
  }
});

it('the delay of a word is the time since it was written, also when the stamp has wrapped', () => {
  expect(read(written(2, 400_000), 2).delays).toEqual([600_000, 599_000]);
  expect(read(written(1, 999_999_990), 1).delays).toEqual([1_000_010]);
});

it('a word that never comes is lost, and the hash tells', () => {
  const words = written(5);
  expect(read(words.toSpliced(2, 1), 5).faults).toEqual({ ...none, lost: 1, garbled: 1 });
});

it('a text that stops early is lost from there on', () => {
  expect(read(written(5).slice(0, 2), 5).faults).toEqual({ ...none, lost: 3 });
});

it('a word that comes again is doubled, one behind its successor is out of order', () => {
  const [first = '', second = '', third = '', last = ''] = written(4);
  expect(read([first, second, second, third, last], 4).faults).toMatchObject({ doubled: 1, lost: 0 });
  expect(read([first, third, second, last], 4).faults).toMatchObject({ reordered: 1, lost: 0 });
});

it('every single changed, missing or added character is noticed', () => {
  const text = written(6).join('');
  for (let at = 0; at < text.length; at += 1) {
    const changed = text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1);
    const missing = text.slice(0, at) + text.slice(at + 1);
    const added = `${text.slice(0, at)}x${text.slice(at)}`;
    for (const wrong of [changed, missing, added]) expect(read([wrong], 6).faults).not.toEqual(none);
  }
});
