import type { ChatSummary } from '#lib/wire/chat.ts';

export interface ChatGroup {
  label: string;
  chats: ChatSummary[];
}

/**
 * Today, Yesterday, Previous 7 days, then months, in this machine's time zone.
 * @param chats newest first
 * @param now milliseconds since 1970
 */
export function groupByDay(chats: readonly ChatSummary[], now: number): ChatGroup[] {
  const groups: ChatGroup[] = [];
  for (const chat of chats) {
    const label = dayLabel(chat.updatedAt, now);
    const last = groups.at(-1);
    if (last?.label === label) last.chats.push(chat);
    else groups.push({ label, chats: [chat] });
  }
  return groups;
}

function dayLabel(time: number, now: number): string {
  const today = midnight(now, 0);
  // A server whose clock is ahead of ours must not make a group of its own.
  if (time >= today) return 'Today';
  if (time >= midnight(now, 1)) return 'Yesterday';
  if (time >= midnight(now, 7)) return 'Previous 7 days';
  const date = new Date(time);
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString('en', isThisYear ? { month: 'long' } : { month: 'long', year: 'numeric' });
}

/** The beginning of the day `daysAgo` days before, on days of 23 and 25 hours too. */
function midnight(now: number, daysAgo: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysAgo).getTime();
}
