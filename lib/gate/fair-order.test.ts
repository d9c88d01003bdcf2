import { describe, expect, it } from 'vitest';
import { Gate, type GateClass, type GateOptions } from './gate.ts';

interface Ask {
  readonly user?: string;
  readonly class?: GateClass;
  readonly lane?: string;
  readonly weight?: number;
}

/** A gate whose calls end one at a time, the oldest first; `tokens` per call as given. */
function bench(options: Partial<GateOptions> = {}) {
  const clock = { ms: 0 };
  const gate = new Gate({ limit: 1, now: () => clock.ms, ...options });
  const running: { id: string; lane: string }[] = [];
  const granted: string[] = [];
  const releases = new Map<string, (usage?: { tokens: number }) => void>();
  gate.on((event) => {
    if (event.type !== 'granted') return;
    running.push(event);
    granted.push(event.id);
  });
  const ask = (
    id: string,
    { user = 'ann', class: gateClass = 'interactive', lane = 'a/m', weight = 1 }: Ask = {},
  ) => {
    const signal = new AbortController().signal;
    const request = { id, lane, user, class: gateClass, signal, weight };
    void gate.acquire(request).then((permit) => releases.set(id, permit.release));
  };
  const end = async (lane?: string, tokens?: number) => {
    const place = running.findIndex((call) => lane === undefined || call.lane === lane);
    const [call] = place >= 0 ? running.splice(place, 1) : [];
    await null;
    if (call) releases.get(call.id)?.(tokens === undefined ? undefined : { tokens });
    await null;
    return call?.id;
  };
  const drain = async () => {
    while (running.length > 0) await end();
  };
  return { clock, gate, ask, end, drain, granted };
}

const times = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));

describe('classes', () => {
  it('[A7] replies go before helpers, helpers before background', async () => {
    const at = bench();
    at.ask('first');
    at.ask('batch', { class: 'background' });
    at.ask('title', { class: 'helper' });
    at.ask('reply');
    await at.drain();
    expect(at.granted).toEqual(['first', 'reply', 'title', 'batch']);
  });

  it('[A7] of every ten contended grants background gets one, however many replies wait', async () => {
    const at = bench();
    at.ask('first');
    for (const i of times(100, Number)) at.ask(`reply ${i}`);
    for (const i of times(20, Number)) at.ask(`batch ${i}`, { class: 'background', user: 'bob' });
    await at.drain();
    const contended = at.granted.slice(1, 101);
    for (const decade of times(10, (i) => contended.slice(i * 10, i * 10 + 10))) {
      expect(decade.filter((id) => id.startsWith('batch'))).toHaveLength(1);
    }
  });

  it('[A7] background borrows what is idle and a reply that comes then is next', async () => {
    const at = bench({ limit: 2 });
    for (const i of times(100, Number)) at.ask(`batch ${i}`, { class: 'background' });
    for (const _ of times(30, Number)) await at.end();
    at.ask('reply');
    await at.end();
    expect(at.granted.at(-1)).toBe('reply');
  });

  it('[A7] a share is not used up by grants in lanes that the waiting class could not use', async () => {
    const at = bench({ limit: 8, laneLimits: { 'rare/m': 1, 'busy/m': 1 } });
    at.ask('held', { lane: 'rare/m' });
    at.ask('starved?', { lane: 'rare/m', class: 'background' });
    for (const i of times(40, Number)) {
      at.ask(`rare ${i}`, { lane: 'rare/m' });
      at.ask(`busy ${i}`, { lane: 'busy/m', class: 'background' });
    }
    for (const _ of times(10, Number)) {
      for (const __ of times(3, Number)) await at.end('busy/m');
      await at.end('rare/m');
    }
    expect(at.granted).toContain('starved?');
  });

  it('[A8] a helper never overtakes a reply that came before it', async () => {
    const at = bench();
    at.ask('first');
    for (const i of times(30, Number)) at.ask(`reply ${i}`);
    at.ask('title', { class: 'helper' });
    for (const i of times(30, Number)) at.ask(`later ${i}`);
    await at.drain();
    expect(at.granted.indexOf('title')).toBeGreaterThan(at.granted.indexOf('reply 29'));
  });

  it('[A8] later replies overtake a helper nine times, not for ever', async () => {
    const at = bench();
    at.ask('first');
    at.ask('title', { class: 'helper' });
    for (const i of times(30, Number)) at.ask(`reply ${i}`);
    await at.drain();
    expect(at.granted.indexOf('title')).toBe(10);
  });
});

describe('users', () => {
  it('[A9] within one user it is first come, first served', async () => {
    const at = bench();
    for (const i of times(20, Number)) at.ask(`${i}`);
    await at.drain();
    expect(at.granted).toEqual(times(20, String));
  });

  it('[A9] the user served least goes first, and heavy answers count for more', async () => {
    const at = bench({ patience: 1000 });
    at.ask('first', { user: 'zoe' });
    for (const i of times(12, Number)) {
      at.ask(`heavy ${i}`, { user: 'heavy', weight: 300 });
      at.ask(`light ${i}`, { user: 'light', weight: 100 });
    }
    await at.drain();
    const early = at.granted.slice(1, 13);
    expect(early.filter((id) => id.startsWith('light'))).toHaveLength(9);
  });

  it('[A9] what was really used settles the estimate', async () => {
    const at = bench();
    at.ask('ann 1', { user: 'ann', weight: 10 });
    for (const id of ['ann 2', 'ann 3']) at.ask(id, { user: 'ann', weight: 10 });
    for (const id of ['bob 1', 'bob 2', 'bob 3']) at.ask(id, { user: 'bob', weight: 10 });
    await at.end(undefined, 45);
    await at.drain();
    expect(at.granted).toEqual(['ann 1', 'bob 1', 'bob 2', 'bob 3', 'ann 2', 'ann 3']);
  });

  it('[A9] twenty light users are not held up by one who queued five hundred before them', async () => {
    const waitWith = async (heavy: number) => {
      const at = bench({ limit: 4 });
      for (const i of times(heavy, Number)) at.ask(`heavy ${i}`, { user: 'heavy', weight: 500 });
      for (const i of times(20, Number)) at.ask(`light ${i}`, { user: `light ${i}`, weight: 500 });
      const before = at.granted.length;
      await at.drain();
      const waits = at.granted.flatMap((id, place) =>
        id.startsWith('light') ? Math.max(1, place + 1 - before) : [],
      );
      return waits[18] ?? 0;
    };
    expect(await waitWith(500)).toBeLessThanOrEqual(2 * (await waitWith(0)));
  });

  it('[A9] somebody new does not get credit for the past', async () => {
    const at = bench({ patience: 1000 });
    at.ask('ann 0', { user: 'ann', weight: 5000 });
    for (const i of times(8, Number)) at.ask(`ann ${i + 1}`, { user: 'ann' });
    await at.end();
    for (const i of times(8, Number)) at.ask(`new ${i + 1}`, { user: 'new' });
    await at.drain();
    const early = at.granted.slice(2, 10);
    expect(early.filter((id) => id.startsWith('new'))).toHaveLength(4);
  });

  it('[A9] who has left no longer sets where newcomers start', async () => {
    const at = bench({ patience: 1000, laneLimits: { 'shut/m': 0 } });
    const stop = new AbortController();
    const request = { lane: 'shut/m', user: 'ghost', class: 'interactive', signal: stop.signal } as const;
    const ghost = at.gate.acquire({ id: 'ghost', ...request }).catch((reason: unknown) => reason);
    at.ask('ann 0', { user: 'ann', weight: 5000 });
    stop.abort('left');
    expect(await ghost).toBe('left');
    for (const i of times(4, (n) => n + 1)) at.ask(`ann ${i}`, { user: 'ann' });
    await at.end();
    for (const i of times(4, (n) => n + 1)) at.ask(`new ${i}`, { user: 'new' });
    await at.drain();
    const early = at.granted.slice(2, 6);
    expect(early.filter((id) => id.startsWith('new'))).toHaveLength(2);
  });

  it('[A10] nobody is overtaken for ever, not even by an endless stream of new users', async () => {
    const at = bench();
    at.ask('base', { user: 'idle', lane: 'b/m', weight: 1 });
    at.gate.setLimit(2);
    at.ask('heavy 0', { user: 'heavy', weight: 100_000 });
    at.ask('new 0', { user: 'new 0' });
    at.ask('heavy 1', { user: 'heavy', weight: 100_000 });
    for (const i of times(60, (n) => n + 1)) {
      at.ask(`new ${i}`, { user: `new ${i}` });
      await at.end('a/m');
    }
    expect(at.granted.indexOf('heavy 1')).toBeGreaterThan(10);
    expect(at.granted.indexOf('heavy 1')).toBeLessThan(25);
  });

  it('[A10] nor by other lanes that share the limit', async () => {
    const at = bench();
    at.ask('base', { user: 'idle' });
    at.ask('new 0', { user: 'new 0', lane: 'b/m' });
    at.ask('heavy', { user: 'heavy', weight: 1 });
    at.ask('big', { user: 'heavy', lane: 'c/m', weight: 100_000 });
    for (const i of times(80, (n) => n + 1)) {
      at.ask(`new ${i}`, { user: `new ${i}`, lane: 'b/m' });
      await at.end();
    }
    expect(at.granted).toContain('big');
  });
});

it('[A11] ten thousand waiting: the forecast is the order in which they are then granted', async () => {
  const at = bench({ limit: 5, laneLimits: { 'l1/m': 2 }, maxWaitingPerUser: 10_000, maxWaiting: 20_000 });
  const classes: GateClass[] = ['interactive', 'helper', 'background'];
  for (const i of times(10_000, Number)) {
    const gateClass = classes[(i * 7) % 3] ?? 'interactive';
    const weight = 1 + ((i * 37) % 90);
    at.ask(`${i}`, { user: `u${(i * 13) % 101}`, class: gateClass, lane: `l${(i * 5) % 3}/m`, weight });
  }
  const running = at.granted.length;
  const places = at.gate.places();
  await at.drain();
  expect([...places.keys()]).toEqual(at.granted.slice(running));
  expect([...places.values()].map((place) => place.position)).toEqual(times(10_000 - running, (i) => i + 1));
});
