import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Checkpoint, StoredGeneration } from '#lib/store/chat-store.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { Checkpoints } from './checkpoints.ts';
import { LiveGeneration } from './live-generation.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const stored = (id: string): StoredGeneration => ({
  id,
  userId: 'user-1',
  chatId: `chat of ${id}`,
  messageId: `message of ${id}`,
  parentId: `question of ${id}`,
  model: 'test/model',
  equipped: false,
  kind: 'reply',
  queuedAt: 0,
  opensChat: false,
  text: '',
  reasoning: '',
  attempts: 1,
});

/** Running answers and a database that takes `ms` for every statement. */
function house(ids: readonly string[], ms: number) {
  const answers = ids.map((id) => new LiveGeneration(stored(id)));
  const statements: Checkpoint[][] = [];
  const checkpoints = new Checkpoints({
    store: {
      checkpoint: async (_owner, kept) => {
        statements.push([...kept]);
        await new Promise((resolve) => setTimeout(resolve, ms));
      },
    },
    live: () => answers,
    owner: 'process-1',
    log: memoryLog(),
    clock: () => performance.now(),
  });
  checkpoints.start();
  /** A delta a millisecond to each of them. */
  const flood = async (count: number) => {
    for (let at = 0; at < count; at += 1) {
      for (const answer of answers) answer.append('text', String(at % 10));
      await vi.advanceTimersByTimeAsync(1);
    }
  };
  return { statements, flood, close: () => checkpoints.close() };
}

it('[F22] [G15] twenty thousand deltas of four answers are five statements, and no text is missing in them', async () => {
  const { statements, flood, close } = house(['a', 'b', 'c', 'd'], 0);
  await flood(5_100);
  close();
  expect(statements).toHaveLength(5);
  for (const statement of statements) expect(statement).toHaveLength(4);
  const pieces = statements.flat().filter(({ generation }) => generation === 'a');
  const text = pieces.flatMap((kept) => kept.pieces.map((piece) => piece.text)).join('');
  expect(text).toBe('0123456789'.repeat(510).slice(0, text.length));
  expect(text.length).toBeGreaterThan(4_900);
});

it('[F22] [G15] a slow database is given a tenth of the time', async () => {
  const { statements, flood, close } = house(['a'], 2_000);
  await flood(45_000);
  close();
  // The first after a second; then two seconds of work and at least eighteen of rest.
  expect(statements.length).toBeGreaterThan(1);
  expect(statements.length).toBeLessThanOrEqual(3);
});
