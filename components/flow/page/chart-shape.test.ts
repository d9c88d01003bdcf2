import { describe, expect, it } from 'vitest';
import { ceiling, HEIGHT, type Sample, stepArea, stepLine, WIDTH } from './chart-shape.ts';

const END = 1_000_000;
/** Values a second apart, the last one now. */
const series = (...values: (number | null)[]): Sample[] =>
  values.map((value, at) => ({ at: END - (values.length - 1 - at) * 1000, value }));

describe('a chart', () => {
  it('[C35] holds each value until the next one, and now is the right edge', () => {
    expect(stepLine(series(0, 5, 10), END, 10)).toBe('M298,100H299V50H300V0H300');
  });

  it('[C35] breaks where nothing is known instead of drawing through it', () => {
    expect(stepLine(series(10, null, 10), END, 10)).toBe('M298,0H299M300,0H300');
    const torn = [
      { at: END - 10_000, value: 10 },
      { at: END, value: 10 },
    ];
    expect(stepLine(torn, END, 10)).toBe('M290,0H291M300,0H300');
  });

  it('[C35] leaves out what is older than five minutes or yet to come', () => {
    const old = { at: END - WIDTH * 1000 - 1, value: 1 };
    expect(stepLine([old, { at: END + 1, value: 1 }], END, 1)).toBe('');
  });

  it('[C35] an area comes back to the ground', () => {
    expect(stepArea(series(5, 5), END, 10)).toBe(`M299,${HEIGHT}V50H300V50H300V${HEIGHT}Z`);
  });

  it('[C35] has a round top that no value passes', () => {
    expect([[], [0], [1], [7], [8], [11], [250], [401], [0.2], [null]].map(ceiling)).toEqual([
      1, 1, 1, 8, 8, 20, 300, 500, 1, 1,
    ]);
  });
});
