const weekday = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;

/**
 * Milliseconds the upstream asks to wait, from `retry-after-ms` or `Retry-After` (seconds, fractions, an HTTP date).
 * A date in the past is 0. Null when it says nothing, or nothing that can be read. Never shortened: who waits decides
 * what is too long.
 * @param now milliseconds since 1970
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | null {
  const wish = headers.get('retry-after');
  return amount(headers.get('retry-after-ms'), 1) ?? amount(wish, 1000) ?? untilDate(wish, now);
}

function amount(text: string | null, unit: number): number | null {
  if (text === null || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return null;
  const ms = Math.ceil(Number(text) * unit);
  return Number.isFinite(ms) ? ms : null;
}

function untilDate(text: string | null, now: number): number | null {
  // Date.parse takes "apples 12" for a date.
  if (text === null || !weekday.test(text)) return null;
  const time = Date.parse(/(GMT|UTC|Z)\s*$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(time) ? null : Math.max(0, time - now);
}
