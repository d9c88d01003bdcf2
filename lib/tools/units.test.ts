import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tool } from './tool.ts';
import { unitList, unitNamed } from './unit-table.ts';
import { convert, unitTools } from './units.ts';

const about = { userId: 'u', chatId: 'c', callId: 'x', signal: new AbortController().signal };
const [tool] = (await unitTools().tools(about.signal)) as [Tool];
const asked = (value: number, from: string, to: string) => tool.call({ value, from, to }, about);

describe('[K5] units', () => {
  it.each([
    [5, 'miles', 'km', '5 mi = 8.04672 km'],
    [100, '°F', 'C', '100 °F = 37.777777777778 °C'],
    [-40, 'celsius', 'fahrenheit', '-40 °C = -40 °F'],
    [0, 'K', '°C', '0 K = -273.15 °C'],
    [1, 'cup', 'ml', '1 cup = 236.5882365 ml'],
    [90, 'min', 'h', '90 min = 1.5 h'],
    [1, 'GiB', 'MB', '1 GiB = 1073.741824 MB'],
    [100, 'km/h', 'mph', '100 km/h = 62.137119223733 mph'],
    [2, 'square feet', 'm²', '2 ft2 = 0.18580608 m2'],
    [1, 'MB', 'kb', '1 MB = 1000 kB'],
  ])('%d %s to %s', async (value, from, to, expected) => {
    expect(await asked(value, from, to)).toBe(expected);
  });

  it.each([
    ['furlongs', 'm', /no unit "furlongs". Known: .*length: m km/],
    ['kg', 'm', /a mass.*a length/],
  ])('%s to %s is told apart', async (from, to, says) => {
    await expect(asked(1, from, to)).rejects.toThrow(says);
  });

  it('there and back is where one began', () => {
    const kinds = unitList()
      .split('; ')
      .map((line) => line.slice(line.indexOf(':') + 2).split(' '));
    const pair = fc
      .constantFrom(...kinds)
      .chain((names) => fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)));
    fc.assert(
      fc.property(pair, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from, to], value) => {
        const [a, b] = [unitNamed(from), unitNamed(to)];
        if (a === null || b === null) throw new Error(`${from} or ${to} is not known by its own name`);
        const back = convert(convert(value, a, b), b, a);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(
          1e-6 * Math.max(1, Math.abs(value)) + 1e-3 * (a.kind === 'temperature' ? 1 : 0),
        );
      }),
    );
  });
});
