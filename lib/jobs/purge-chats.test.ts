import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { purgeChats } from './purge-chats.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('[S14] removes what has been deleted for a minute, again and again, until it is stopped', async () => {
  const asked: number[] = [];
  const purge = async (olderThanMs: number) => asked.push(olderThanMs);
  const stop = purgeChats({ purge }, memoryLog());
  await vi.advanceTimersByTimeAsync(40_000);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([60_000, 60_000]);
});

it('[S17] goes on after the database was away', async () => {
  let tries = 0;
  const log = memoryLog();
  const purge = async () => {
    tries += 1;
    throw new Error('away');
  };
  const stop = purgeChats({ purge }, log);
  await vi.advanceTimersByTimeAsync(40_000);
  stop();
  expect(tries).toBe(2);
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
});
