const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `made today, never used`, `made 3 Nov 2026, used 5 minutes ago` */
export function keyWords(
  { createdAt, lastUsedAt }: { createdAt: number; lastUsedAt: number | null },
  now: number,
) {
  const isToday = date.format(createdAt) === date.format(now);
  const made = isToday ? 'made today' : `made ${date.format(createdAt)}`;
  return `${made}, ${lastUsedAt === null ? 'never used' : `used ${ago(lastUsedAt, now)}`}`;
}

function ago(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  const step = steps.find(([, length]) => ms >= length);
  if (step === undefined) return 'in the last minute';
  const [unit, length] = step;
  if (unit === 'day' && ms >= 30 * length) return `on ${date.format(at)}`;
  return relative.format(-Math.floor(ms / length), unit);
}
