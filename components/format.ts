/** @param ms milliseconds; `0.8 s`, `12 s`, `3 min 5 s`, `2 h 5 min` */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  return join(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
}

/** A time to come, no finer than anybody can promise: `3 s`, `40 s`, `2 min`. */
export function roughly(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds <= 10) return `${seconds} s`;
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s`;
  return `${Math.ceil(seconds / 60)} min`;
}

/** @returns `42 tokens/s`; null where it cannot be known */
export function tokenRate(tokens: number | null, fromMs: number | null, toMs: number | null): string | null {
  if (tokens === null || fromMs === null || toMs === null || toMs <= fromMs || tokens < 2) return null;
  const rate = tokens / ((toMs - fromMs) / 1000);
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} tokens/s`;
}

export function whole(count: number): string {
  return count.toLocaleString('en');
}

/** `1 character`, `2,000 characters` */
export function characters(count: number, more = ''): string {
  return `${whole(count)} ${more}character${count === 1 ? '' : 's'}`;
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
