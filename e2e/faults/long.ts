/** Rounds of a test: few always, many with `WEIR_LONG=1`. */
export const isLong = process.env.WEIR_LONG === '1';

export function rounds(few: number, many: number): number {
  return isLong ? many : few;
}

/** `count` times, `width` at once. */
export async function repeat(count: number, width: number, round: () => Promise<void>): Promise<void> {
  for (let left = count; left > 0; left -= width) await Promise.all(Array.from({ length: width }, round));
}
