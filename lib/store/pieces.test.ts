import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinPieces, type Piece } from './pieces.ts';

it('[S9] pieces in any order, overlapping and doubled, give the text back', () => {
  const cuts = fc.tuple(fc.string({ maxLength: 60 }), fc.array(fc.tuple(fc.nat(60), fc.nat(60))), fc.nat(20));
  fc.assert(
    fc.property(cuts, ([text, spans, baseLength]) => {
      const base = text.slice(0, baseLength);
      const extra = spans.map(([from, length]) => piece(from, text.slice(from, from + length)));
      const whole = [...text].length === 0 ? [] : [piece(base.length, text.slice(base.length))];
      const inside = extra.filter(({ at }) => at <= text.length);
      expect(joinPieces(base, 'text', [...inside, ...whole])).toBe(text);
    }),
  );
});

it('[S9] what follows a gap is left out', () => {
  expect(joinPieces('ab', 'text', [piece(2, 'cd'), piece(5, 'fg')])).toBe('abcd');
});

it('[S9] channels do not mix', () => {
  expect(joinPieces('', 'reasoning', [piece(0, 'text')])).toBe('');
});

function piece(at: number, text: string): Piece {
  return { channel: 'text', at, text };
}
