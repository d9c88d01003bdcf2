import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Gate } from '#lib/gate/gate.ts';
import { wakeInTime } from './gate-alarm.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function house() {
  const gate = new Gate({ limit: 1, now: Date.now });
  const ask = (id: string, deadlineMs?: number) =>
    gate.acquire({
      id,
      lane: 'a/m',
      user: 'ann',
      class: 'interactive',
      signal: new AbortController().signal,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
  return { gate, ask };
}

it('[A21] a closed lane opens in time, without anybody coming by', async () => {
  const { gate, ask } = house();
  const end = wakeInTime(gate, Date.now);
  gate.throttled('a/m', { retryAfterMs: 5_000 });
  const granted = vi.fn();
  void ask('one').then(granted);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(granted).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(granted).toHaveBeenCalledOnce();
  end();
});

it('[A21] a deadline before the next alarm moves it forward', async () => {
  const { gate, ask } = house();
  const end = wakeInTime(gate, Date.now);
  gate.throttled('a/m', { retryAfterMs: 60_000 });
  const refused = vi.fn();
  ask('one', 1_000).catch(refused);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(refused).toHaveBeenCalledWith(expect.objectContaining({ code: 'queue_timeout' }));
  end();
});

it('[A21] nothing is left running when it ends', () => {
  const { gate } = house();
  const end = wakeInTime(gate, Date.now);
  gate.throttled('a/m', { retryAfterMs: 60_000 });
  expect(vi.getTimerCount()).toBe(1);
  end();
  expect(vi.getTimerCount()).toBe(0);
});
