import { duration, roughly, whole } from '#components/format.ts';
import type { Tone } from '#components/state-words.ts';
import { type BatchSummary, type ItemState, isOver } from '#lib/wire/batch.ts';

export interface Words {
  label: string;
  tone: Tone;
}

export function batchWords({ state, counts }: Pick<BatchSummary, 'state' | 'counts'>): Words {
  switch (state) {
    case 'validating':
      return { label: 'Reading the items', tone: 'wait' };
    case 'running':
      return counts.running === 0 && counts.waiting > 0
        ? { label: 'In line', tone: 'wait' }
        : { label: 'Running', tone: 'live' };
    case 'finalizing':
      return { label: 'Writing the results', tone: 'live' };
    case 'cancelling':
      return { label: 'Cancelling', tone: 'wait' };
    case 'cancelled':
      return { label: 'Cancelled', tone: 'calm' };
    case 'completed':
      return counts.failed === 0
        ? { label: 'Done', tone: 'calm' }
        : { label: `Done, ${whole(counts.failed)} failed`, tone: 'warn' };
    case 'failed':
      return { label: 'Failed', tone: 'bad' };
  }
}

export const itemWords: Record<ItemState, Words> = {
  waiting: { label: 'In line', tone: 'wait' },
  running: { label: 'Running', tone: 'live' },
  done: { label: 'Done', tone: 'calm' },
  failed: { label: 'Failed', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'calm' },
};

export function items(count: number): string {
  return `${whole(count)} ${count === 1 ? 'item' : 'items'}`;
}

/** What is not there is not said, except how many are done. */
export function countWords({ counts, total }: Pick<BatchSummary, 'counts' | 'total'>): string[] {
  const named = (['running', 'waiting', 'failed', 'cancelled'] as const).filter((name) => counts[name] > 0);
  return [
    `${whole(counts.done)} of ${items(total)} done`,
    ...named.map((name) => `${whole(counts[name])} ${name === 'waiting' ? 'in line' : name}`),
  ];
}

/** Rate and time left while it runs, the time it took when it is over. */
export function paceWords(batch: BatchSummary): string | null {
  const { state, startedAt, endedAt, perMinute, leftMs } = batch;
  if (isOver(state)) {
    return startedAt === null || endedAt === null ? null : `took ${duration(endedAt - startedAt)}`;
  }
  if (state !== 'running') return null;
  const rate = perMinute === null ? null : `${rateOf(perMinute)} a minute`;
  const left = leftMs === null ? null : `about ${timeLeft(leftMs)} left`;
  return [rate, left].filter((part) => part !== null).join(' · ') || null;
}

function rateOf(perMinute: number): string {
  return perMinute < 10 ? String(Math.round(perMinute * 10) / 10) : whole(Math.round(perMinute));
}

function timeLeft(ms: number): string {
  return ms < 3_600_000 ? roughly(ms) : duration(Math.ceil(ms / 600_000) * 600_000);
}

export function tokenWords({
  tokensIn,
  tokensOut,
}: Pick<BatchSummary, 'tokensIn' | 'tokensOut'>): string | null {
  return tokensIn + tokensOut === 0 ? null : `${whole(tokensIn)} tokens in, ${whole(tokensOut)} out`;
}

/** @param now both milliseconds since 1970 @returns `14:05` today, `12 Nov, 14:05` before */
export function whenWords(at: number, now: number): string {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);
  const day = (ms: number) => new Date(ms).toDateString();
  if (day(at) === day(now)) return `today, ${time}`;
  if (day(at) === day(now - 86_400_000)) return `yesterday, ${time}`;
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const date: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (!isThisYear) date.year = 'numeric';
  return `${new Intl.DateTimeFormat('en-GB', date).format(at)}, ${time}`;
}

export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 9_950_000 ? 1 : 0)} MB`;
}

/** An estimate, to two figures. */
export function roundly(count: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return whole(Math.round(count / step) * step);
}

/** How much of all items has ended, 0 to 1. */
export function shareEnded({ counts, total }: Pick<BatchSummary, 'counts' | 'total'>): number {
  return total === 0 ? 0 : (counts.done + counts.failed + counts.cancelled) / total;
}

/** What is said aloud: beginnings, ends and every quarter; null for what is not worth a word. */
export function batchAnnouncement(before: BatchSummary | null, after: BatchSummary): string | null {
  if (before === null || before.id !== after.id) return null;
  if (before.state !== after.state) return `${after.name}: ${batchWords(after).label}`;
  const quarter = (batch: BatchSummary) => Math.floor(shareEnded(batch) * 4);
  if (after.state !== 'running' || quarter(after) <= quarter(before)) return null;
  const failed = after.counts.failed === 0 ? '' : `, ${whole(after.counts.failed)} failed`;
  return `${after.name}: ${quarter(after) * 25}% through${failed}`;
}
