import { parseArgs } from 'node:util';

export interface SoakOptions {
  readonly minutes: number;
  /** People who talk at the same time. */
  readonly people: number;
  /** The same seed gives the same wishes; what happens between them is up to the clock. */
  readonly seed: number;
}

export const usage = `npm run soak -- [options]
  --minutes M   how long (2); fractions are fine
  --hours H     the same in hours
  --people N    who talk at the same time (12)
  --seed S      of an earlier run`;

/** @throws one line that names the option that is wrong */
export function soakOptions(args: readonly string[]): SoakOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { minutes: text, hours: text, people: text, seed: text },
  });
  const number = (name: keyof typeof values, usual: number, isFine: (value: number) => boolean) => {
    const value = Number(values[name] ?? usual);
    if (isFine(value)) return value;
    throw new Error(`--${name} ${values[name]}: expected another number.\n${usage}`);
  };
  const isTime = (value: number) => value > 0 && value <= 10_000;
  const hours = number('hours', 0, (value) => value === 0 || isTime(value));
  return {
    minutes: hours > 0 ? hours * 60 : number('minutes', 2, isTime),
    people: number('people', 12, (value) => Number.isInteger(value) && value > 0 && value <= 500),
    seed: number(
      'seed',
      Math.floor(Math.random() * 2 ** 31),
      (value) => Number.isInteger(value) && value >= 0,
    ),
  };
}
