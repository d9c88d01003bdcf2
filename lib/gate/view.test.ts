import { describe, expect, it } from 'vitest';
import type { GateEvent } from './gate.ts';
import { bench, tally } from './rehearsal.ts';

describe('what can be seen', () => {
  it('[A15] events tell each call in order, from arrival to release', async () => {
    const at = bench();
    const told: string[] = [];
    const say = (event: GateEvent) => told.push('id' in event ? `${event.type} ${event.id}` : event.type);
    const off = at.gate.on(say);
    at.ask('one');
    at.ask('two');
    at.ask('three').stop();
    await at.settle();
    await at.release('one', 12);
    at.gate.setLimit(2);
    off();
    await at.release('two');
    expect(told).toEqual([
      'granted one',
      'queued two',
      'queued three',
      'left three',
      'released one',
      'granted two',
      'limit',
    ]);
  });

  it('[A15] a listener may call the gate, and events stay in order', async () => {
    const at = bench();
    const told: string[] = [];
    at.gate.on((event) => {
      if (event.type === 'released') at.gate.setLimit(3);
    });
    at.gate.on((event) => told.push(event.type));
    for (const id of ['one', 'two', 'three', 'four']) at.ask(id);
    await at.settle();
    await at.release('one');
    expect(told.slice(4)).toEqual(['released', 'granted', 'limit', 'granted', 'granted']);
    expect(tally(at)).toEqual({ held: 3, waiting: 0 });
  });

  it('[A15] the snapshot adds up', async () => {
    const at = bench({ limit: 3, laneLimits: { 'a/m': 1 } });
    at.ask('a1');
    at.ask('a2', { class: 'helper' });
    at.clock.ms += 400;
    at.ask('a3', { user: 'bob' });
    at.ask('b1', { lane: 'b/m', class: 'background' });
    await at.settle();
    expect(at.gate.snapshot()).toEqual({
      at: 1400,
      limit: 3,
      held: 2,
      waiting: 2,
      draining: false,
      oldestWaitMs: 400,
      lanes: [
        {
          ...{ lane: 'a/m', limit: 1, workingLimit: 1, reopening: null, closedUntil: null },
          ...{ held: 1, waiting: 2, waitingByClass: { interactive: 1, helper: 1, background: 0 } },
          ...{ usualHoldMs: null, requests: null, tokens: null },
        },
        {
          ...{ lane: 'b/m', limit: 3, workingLimit: 3, reopening: null, closedUntil: null },
          ...{ held: 1, waiting: 0, waitingByClass: { interactive: 0, helper: 0, background: 0 } },
          ...{ usualHoldMs: null, requests: null, tokens: null },
        },
      ],
      classes: {
        interactive: { held: 1, waiting: 1 },
        helper: { held: 0, waiting: 1 },
        background: { held: 1, waiting: 0 },
      },
      waitingByUser: new Map([
        ['ann', 1],
        ['bob', 1],
      ]),
    });
  });
});

describe('places', () => {
  it('[A11] positions count down as calls end', async () => {
    const at = bench();
    for (const id of ['one', 'two', 'three']) at.ask(id);
    await at.settle();
    expect([at.gate.place('one'), at.gate.place('two')?.position, at.gate.place('three')?.position]).toEqual([
      null,
      1,
      2,
    ]);
    await at.release('one');
    expect([at.gate.place('two'), at.gate.place('three')?.position]).toEqual([null, 1]);
  });

  it('[A11] who leaves closes the gap', async () => {
    const at = bench();
    at.ask('one');
    const two = at.ask('two');
    at.ask('three');
    expect(at.gate.place('three')?.position).toBe(2);
    two.stop();
    expect(at.gate.place('three')?.position).toBe(1);
    expect([...at.gate.places().keys()]).toEqual(['three']);
  });

  it('[A11] those of a closed lane come last, without an estimate', async () => {
    const at = bench({ laneLimits: { 'shut/m': 0 } });
    at.ask('warm');
    await at.settle();
    await at.release('warm');
    for (const id of ['run', 'shut', 'wait']) at.ask(id, { lane: id === 'shut' ? 'shut/m' : 'a/m' });
    expect(at.gate.places()).toEqual(
      new Map([
        ['wait', { position: 1, etaMs: 0 }],
        ['shut', { position: 2, etaMs: null }],
      ]),
    );
  });

  it('[A12] the estimate is unknown until a call of the lane has ended, then follows how long calls last', async () => {
    const at = bench();
    for (const id of ['one', 'two', 'three', 'four']) at.ask(id);
    await at.settle();
    expect(at.gate.place('two')).toEqual({ position: 1, etaMs: null });
    at.clock.ms += 6000;
    await at.release('one');
    at.clock.ms += 1000;
    expect(at.gate.place('three')).toEqual({ position: 1, etaMs: 5000 });
    expect(at.gate.place('four')).toEqual({ position: 2, etaMs: 11_000 });
  });

  it('[A12] an overdue call is expected to end later, not in the past', async () => {
    const at = bench();
    for (const id of ['one', 'two', 'three']) at.ask(id);
    await at.settle();
    at.clock.ms += 1000;
    await at.release('one');
    at.clock.ms += 9000;
    expect(at.gate.place('three')).toEqual({ position: 1, etaMs: 2250 });
  });
});
