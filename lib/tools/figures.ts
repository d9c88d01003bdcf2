/** A number as people write it, without the noise in its last digits: 0.1 + 0.2 is 0.3. */
export function exactly(value: number): string {
  return String(Number(value.toPrecision(14)));
}
