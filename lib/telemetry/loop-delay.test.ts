import { setTimeout as timeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LoopDelay } from './loop-delay.ts';

function watched(): LoopDelay {
  const loop = new LoopDelay();
  onTestFinished(() => loop.close());
  return loop;
}

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('the delay of the event loop', () => {
  it('[T6] is what timers came late, and stays to be read when the next window has begun', async () => {
    const loop = watched();
    // Its timer must have ticked once before something can come late.
    await timeout(60);
    block(200);
    await timeout(40);
    loop.turn();
    const { mean, p99, max } = loop.read();
    expect(max).toBeGreaterThan(0.15);
    expect(mean).toBeGreaterThan(0);
    expect(p99).toBeLessThanOrEqual(max + 0.001);
    expect(loop.read()).toEqual({ mean, p99, max });
  });

  it('[T6] is a number before anything was measured', () => {
    expect(watched().read()).toEqual({ mean: 0, p99: 0, max: 0 });
  });
});
