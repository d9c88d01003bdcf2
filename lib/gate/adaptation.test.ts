import { describe, expect, it } from 'vitest';
import type { GateEvent } from './gate.ts';
import { bench, tally } from './rehearsal.ts';

const ids = (n: number, prefix: string) => Array.from({ length: n }, (_, i) => `${prefix}${i}`);

/** A gate with a full lane of eight and twelve more waiting. */
async function busy() {
  const at = bench({ limit: 20, laneLimits: { 'a/m': 8 } });
  const told: GateEvent[] = [];
  for (const id of ids(20, 'call ')) at.ask(id);
  await at.settle();
  at.gate.on((event) => told.push(event));
  const throttle = (id: string, retryAfterMs: number | null = 2000) => {
    at.gate.throttled('a/m', { retryAfterMs, id });
    return at.release(id, 0);
  };
  /** The call's first token, then its end. */
  const serve = (id: string) => {
    at.gate.succeeded('a/m', { id });
    return at.release(id, 10);
  };
  const lane = () => {
    const { workingLimit, reopening, closedUntil, held } = at.lane() ?? {};
    return { workingLimit, reopening, closedUntil, held };
  };
  return { ...at, told, throttle, serve, lane };
}

describe('closing', () => {
  it('[A23] nothing starts in a throttled lane until its time; what runs goes on, other lanes too', async () => {
    const at = await busy();
    await at.throttle('call 0');
    await at.release('call 1', 10);
    at.ask('elsewhere', { lane: 'b/m' });
    await at.pass(1999);
    expect(tally(at)).toEqual({ held: 7, waiting: 12 });
    expect(at.order.at(-1)).toBe('elsewhere');
    expect(at.lane()).toMatchObject({ closedUntil: 3000, held: 6 });
    expect(at.told.filter(({ type }) => type === 'closed')).toEqual([
      { type: 'closed', lane: 'a/m', until: 3000, at: 1000 },
    ]);
    await at.pass(1);
    expect(at.told.at(-1)).toEqual({ type: 'opened', lane: 'a/m', at: 3000 });
    expect(at.lane()).toMatchObject({ closedUntil: null });
  });

  it('[A23] a later time prolongs, an earlier one does not shorten', async () => {
    const at = await busy();
    await at.throttle('call 0', 2000);
    await at.throttle('call 1', 90_000);
    await at.throttle('call 2', 500);
    await at.throttle('call 3', null);
    expect(at.lane().closedUntil).toBe(91_000);
  });

  it('[A23] without a time it is a second, twice as long for each probe that fails, a minute at most', async () => {
    const at = bench({ limit: 4 });
    const closed: number[] = [];
    at.gate.on((event) => event.type === 'closed' && closed.push(event.until - event.at));
    for (const [n, id] of ids(9, 'call ').entries()) {
      at.ask(id);
      await at.pass(60_000);
      at.gate.throttled('a/m', { retryAfterMs: n === 3 ? 0 : null, id });
      await at.release(id, 0);
    }
    expect(closed).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    at.ask('works');
    await at.pass(60_000);
    at.gate.succeeded('a/m', { id: 'works' });
    at.gate.throttled('a/m', { retryAfterMs: null, id: 'works' });
    expect(closed.at(-1)).toBe(1000);
  });

  it('[F2] [A23] a time below a second is kept to once; named again, the lane takes its own', async () => {
    const at = bench({ limit: 4 });
    const closed: number[] = [];
    at.gate.on((event) => event.type === 'closed' && closed.push(event.until - event.at));
    for (const [n, id] of ids(5, 'call ').entries()) {
      at.ask(id);
      await at.pass(60_000);
      at.gate.throttled('a/m', { retryAfterMs: n === 3 ? 1500 : 100, id });
      await at.release(id, 0);
    }
    expect(closed).toEqual([100, 2000, 4000, 1500, 16_000]);
  });

  it('[A21] nobody has woken the gate, and still the lane is open when its time has come', async () => {
    const at = await busy();
    for (const id of ids(8, 'call ')) await at.throttle(id);
    at.clock.ms += 2000;
    at.ask('one more');
    expect(at.lane()).toMatchObject({ closedUntil: null, held: 1 });
  });
});

describe('adapting', () => {
  it('[A24] a burst of refusals of one moment halves the limit once', async () => {
    const at = await busy();
    for (const id of ids(6, 'call ')) await at.throttle(id);
    expect(at.lane()).toMatchObject({ workingLimit: 4 });
    await at.pass(2000);
    await at.throttle('call 6');
    expect(at.lane()).toMatchObject({ workingLimit: 4, closedUntil: 5000 });
    await at.pass(2000);
    await at.throttle('call 8');
    expect(at.lane()).toMatchObject({ workingLimit: 2 });
  });

  it('[A24] it reopens with one call, and each success lets one more go, up to the halved limit', async () => {
    const at = await busy();
    for (const id of ids(8, 'call ')) await at.throttle(id);
    await at.pass(2000);
    expect(at.lane()).toMatchObject({ held: 1, reopening: 1, workingLimit: 4 });
    at.gate.succeeded('a/m', { id: 'call 8' });
    expect(at.lane()).toMatchObject({ held: 2, reopening: 2 });
    at.gate.succeeded('a/m', { id: 'call 9' });
    expect(at.lane()).toMatchObject({ held: 3, reopening: 3 });
    at.gate.succeeded('a/m', { id: 'call 10' });
    expect(at.lane()).toMatchObject({ held: 4, reopening: null, workingLimit: 4 });
  });

  it('[A24] a probe that ends without news makes room for another one', async () => {
    const at = await busy();
    for (const id of ids(8, 'call ')) await at.throttle(id);
    await at.pass(2000);
    await at.release('call 8', 0);
    expect(at.lane()).toMatchObject({ held: 1, reopening: 1 });
  });

  it('[A24] then it rises by one per round of successes, up to the ceiling, never beyond', async () => {
    const at = await busy();
    for (const id of ids(8, 'call ')) await at.throttle(id);
    await at.pass(2000);
    for (const id of ids(80, 'more ')) at.ask(id);
    for (let n = 8; n < 70; n += 1) await at.serve(at.order[n] ?? '');
    const series = at.told.flatMap((event) => (event.type === 'adapted' ? [event.workingLimit] : []));
    expect(series).toEqual([4, 4, 4, 4, 5, 6, 7, 8]);
    expect(at.lane()).toMatchObject({ workingLimit: 8, held: 8, reopening: null });
  });

  it('[A24] the limit never falls below one', async () => {
    const at = bench({ limit: 4 });
    for (const id of ids(9, 'call ')) {
      at.ask(id);
      await at.pass(60_000);
      at.gate.throttled('a/m', { retryAfterMs: null, id });
      await at.release(id, 0);
    }
    expect(at.lane()?.workingLimit).toBe(1);
    at.ask('works');
    await at.pass(60_000);
    expect(at.order).toContain('works');
  });

  it('[A24] what calls from before the closing report neither raises nor cuts, but closes', async () => {
    const at = await busy();
    await at.throttle('call 0');
    for (const id of ids(6, 'call ').slice(1)) await at.release(id, 10);
    await at.pass(2000);
    at.gate.succeeded('a/m', { id: 'call 6' });
    expect(at.lane()).toMatchObject({ held: 3, reopening: 1 });
    at.gate.throttled('a/m', { retryAfterMs: 700, id: 'call 7' });
    expect(at.lane()).toMatchObject({ workingLimit: 4, closedUntil: 3700 });
  });

  it('[A24] a lane without a limit of its own adapts below the overall one; the ceiling is changed live', async () => {
    const at = bench({ limit: 10 });
    at.gate.throttled('a/m', { retryAfterMs: 100 });
    expect(at.lane()).toMatchObject({ limit: 10, workingLimit: 5 });
    at.gate.setLimit(3);
    expect(at.lane()).toMatchObject({ limit: 3, workingLimit: 3 });
    at.gate.setLimit(20);
    expect(at.lane()).toMatchObject({ limit: 20, workingLimit: 5 });
  });

  it('[A24] with no limit at all, what was open counts', async () => {
    const at = bench({ limit: Number.POSITIVE_INFINITY });
    for (const id of ids(12, 'call ')) at.ask(id);
    at.gate.throttled('a/m', { retryAfterMs: 100, id: 'call 3' });
    expect(at.lane()?.workingLimit).toBe(6);
  });

  it('[A12] what was turned away says nothing about how long calls last', async () => {
    const at = await busy();
    await at.throttle('call 0');
    expect(at.gate.snapshot().lanes[0]?.usualHoldMs).toBeNull();
  });
});
