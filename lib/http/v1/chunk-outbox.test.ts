import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Choice, ChunkOutbox } from './chunk-outbox.ts';

function outbox() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const told: string[] = [];
  const box = new ChunkOutbox({
    frame: (choice: Choice) => `${JSON.stringify(choice)}\n`,
    gone: () => told.push('gone'),
    stuck: () => told.push('stuck'),
    stuckAfterMs: 1_000,
  });
  const reader = box.readable.getReader();
  const next = async () => {
    const { value, done } = await reader.read();
    return done ? null : new TextDecoder().decode(value);
  };
  return { box, reader, next, told };
}

const choices = (text: string | null): Choice[] =>
  (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('the way of an answer to its reader', () => {
  it('[H40] hands on at once to a reader who waits', async () => {
    const { box, next } = outbox();
    const first = next();
    await Promise.resolve();
    box.push(0, { content: 'a' });
    expect(choices(await first)).toEqual([{ index: 0, delta: { content: 'a' }, finish_reason: null }]);
  });

  it('[H40] joins what comes while nobody reads, each kind and each choice for itself, in order', async () => {
    const { box, next } = outbox();
    for (const text of ['a', 'b', 'c']) for (const index of [0, 1]) box.push(index, { content: text });
    box.push(0, { reasoning_content: 'x' });
    box.push(0, { reasoning_content: 'y' });
    const call = { index: 0, id: 'call', type: 'function' as const, function: { name: 'f', arguments: '{' } };
    box.push(1, { tool_calls: [call] });
    box.push(1, { tool_calls: [{ index: 1, id: 'other', function: { name: 'g', arguments: '' } }] });
    box.push(1, { tool_calls: [{ index: 1, function: { arguments: '[]' } }] });
    box.finish(0, 'stop');
    box.end('last');
    const text = await next();
    expect(text?.endsWith('last')).toBe(true);
    expect(choices(text?.slice(0, -4) ?? '').map(({ index, delta }) => [index, delta])).toEqual([
      [0, { content: 'abc' }],
      [1, { content: 'abc' }],
      [0, { reasoning_content: 'xy' }],
      [
        1,
        {
          tool_calls: [call, { index: 1, id: 'other', function: { name: 'g', arguments: '[]' } }],
        },
      ],
      [0, {}],
    ]);
    expect(await next()).toBeNull();
  });

  it('[H40] tells of a reader who takes nothing for too long, not of one who waits for more', async () => {
    const { box, next, told } = outbox();
    const first = next();
    vi.advanceTimersByTime(5_000);
    await Promise.resolve();
    box.push(0, { content: 'a' });
    await first;
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual([]);
    box.push(0, { content: 'b' });
    vi.advanceTimersByTime(999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['stuck']);
  });

  it('[H39] tells when the reader leaves', async () => {
    const { box, reader, told } = outbox();
    box.push(0, { content: 'a' });
    await reader.cancel();
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual(['gone']);
  });
});
