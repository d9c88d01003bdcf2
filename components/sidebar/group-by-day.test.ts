import { describe, expect, it } from 'vitest';
import type { ChatSummary } from '#lib/wire/chat.ts';
import { groupByDay } from './group-by-day.ts';

const now = new Date(2026, 2, 30, 9, 0).getTime();
const at = (...date: [number, number, number, number?]): ChatSummary => ({
  id: date.join('-'),
  title: 'A chat',
  model: 'm',
  createdAt: 0,
  updatedAt: new Date(date[0], date[1], date[2], date[3] ?? 12).getTime(),
  unread: false,
  ended: null,
});
const labels = (chats: ChatSummary[]) => groupByDay(chats, now).map(({ label }) => label);

describe('groupByDay', () => {
  it('splits at midnight, not after 24 hours', () => {
    expect(labels([at(2026, 2, 30, 0), at(2026, 2, 29, 23), at(2026, 2, 28, 23)])).toEqual([
      'Today',
      'Yesterday',
      'Previous 7 days',
    ]);
  });

  it('names months, with the year where it is not this one', () => {
    expect(labels([at(2026, 2, 22), at(2026, 1, 3), at(2025, 11, 31)])).toEqual([
      'March',
      'February',
      'December 2025',
    ]);
  });

  it('keeps one group per day and the given order in it', () => {
    const groups = groupByDay([at(2026, 2, 30, 8), at(2026, 2, 30, 7)], now);
    expect(groups).toHaveLength(1);
    expect(groups[0]?.chats.map(({ id }) => id)).toEqual(['2026-2-30-8', '2026-2-30-7']);
  });

  it('takes a chat from a clock that is ahead for one of today', () => {
    expect(labels([at(2026, 3, 2)])).toEqual(['Today']);
  });
});
