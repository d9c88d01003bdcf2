/** A value at a moment, milliseconds since 1970; null where there was none. */
export interface Sample {
  at: number;
  value: number | null;
}

/** Of the drawing: one unit a second, five minutes; heights go down, as in SVG. */
export const WIDTH = 300;
export const HEIGHT = 100;

/** Samples are a second apart; a longer break was a time of which nothing is known. */
const GAP_MS = 3_000;

interface Spot {
  x: number;
  y: number;
}

/** A line that holds each value until the next one and breaks where nothing is known. @param end the right edge */
export function stepLine(samples: readonly Sample[], end: number, max: number): string {
  return runs(samples, end, max)
    .map(([first, ...rest]) => `M${place(first)}${rest.map(step).join('')}H${tail(rest.at(-1) ?? first)}`)
    .join('');
}

/** The same, down to the ground. */
export function stepArea(samples: readonly Sample[], end: number, max: number): string {
  return runs(samples, end, max)
    .map(([first, ...rest]) => {
      const top = `V${first.y}${rest.map(step).join('')}H${tail(rest.at(-1) ?? first)}`;
      return `M${first.x},${HEIGHT}${top}V${HEIGHT}Z`;
    })
    .join('');
}

/** The least round number that is not below any value: 1, 2, 3, 4, 5, 6, 8, 10 and so on by tens; at least 1. */
export function ceiling(values: readonly (number | null)[]): number {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const unit = 10 ** Math.floor(Math.log10(most));
  const round = [1, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * unit >= most) ?? 10;
  return round * unit;
}

function runs(samples: readonly Sample[], end: number, max: number): [Spot, ...Spot[]][] {
  const found: [Spot, ...Spot[]][] = [];
  let before: number | null = null;
  for (const { at, value } of samples) {
    if (value === null || at > end || at < end - WIDTH * 1000) {
      before = null;
      continue;
    }
    const spot = { x: tidy(WIDTH - (end - at) / 1000), y: tidy(HEIGHT - (value / max) * HEIGHT) };
    if (before === null || at - before > GAP_MS) found.push([spot]);
    else found.at(-1)?.push(spot);
    before = at;
  }
  return found;
}

const place = ({ x, y }: Spot) => `${x},${y}`;
const step = ({ x, y }: Spot) => `H${x}V${y}`;
/** The last value of a run holds for a second. */
const tail = ({ x }: Spot) => Math.min(WIDTH, tidy(x + 1));

function tidy(number: number): number {
  return Math.round(number * 100) / 100;
}
