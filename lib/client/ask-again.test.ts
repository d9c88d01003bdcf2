import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askAgain } from './ask-again.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('[C92] asks every two seconds, one question at a time, also after one that failed', async () => {
  const answers: PromiseWithResolvers<void>[] = [];
  const stop = askAgain(
    () => {
      const answer = Promise.withResolvers<void>();
      answers.push(answer);
      return answer.promise;
    },
    { hidden: false },
  );
  await vi.advanceTimersByTimeAsync(1_900);
  expect(answers).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(answers).toHaveLength(1);
  answers[0]?.reject(new Error('away'));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(answers).toHaveLength(2);
  answers[1]?.resolve();
  stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(answers).toHaveLength(2);
});

it('[C92] asks nothing while nobody looks, and ends a question whose answer nobody waits for', async () => {
  const sight = { hidden: true };
  const signals: AbortSignal[] = [];
  const stop = askAgain(async (signal) => void signals.push(signal), sight);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(signals).toEqual([]);
  sight.hidden = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  stop();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
