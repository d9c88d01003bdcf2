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

const limits = ['-requests', '-tokens', ''];
/** Those that `resetMs` reads. */
export const resetHeaders = limits.flatMap((limit) => [
  `x-ratelimit-remaining${limit}`,
  `x-ratelimit-reset${limit}`,
]);
const duration = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/**
 * Milliseconds until the limits that are used up begin anew, from `x-ratelimit-remaining…` and `x-ratelimit-reset…` of
 * requests, of tokens, or of neither: `6m0s`, `120ms`, seconds, or seconds or milliseconds since 1970. A hint for a
 * refusal that names no time itself: null when no limit is used up, or the hint cannot be read.
 * @param now milliseconds since 1970
 */
export function resetMs(headers: Pick<Headers, 'get'>, now: number): number | null {
  const waits = limits
    .filter((limit) => amount(headers.get(`x-ratelimit-remaining${limit}`), 1) === 0)
    .map((limit) => untilReset(headers.get(`x-ratelimit-reset${limit}`), now))
    .filter((wait) => wait !== null);
  return waits.length > 0 ? Math.max(...waits) : null;
}

function untilReset(text: string | null, now: number): number | null {
  const plain = amount(text, 1);
  if (plain !== null) return untilTime(plain, now);
  const parts = duration.exec(text?.trim() ?? '')?.slice(1);
  if (parts === undefined || parts.every((part) => part === undefined)) return null;
  const units = [86_400_000, 3_600_000, 60_000, 1_000, 1];
  return Math.ceil(units.reduce((sum, unit, index) => sum + unit * Number(parts[index] ?? 0), 0));
}

/** A small number is a time to wait, a large one a time of day. */
function untilTime(value: number, now: number): number {
  if (value >= 1e11) return Math.max(0, value - now);
  if (value >= 1e9) return Math.max(0, value * 1000 - now);
  return value * 1000;
}
