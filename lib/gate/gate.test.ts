import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bench, tally } from './rehearsal.ts';

describe('permits', () => {
  it('[A1] a second call waits until the first is released', async () => {
    const at = bench();
    at.ask('one');
    at.ask('two');
    await at.settle();
    expect(at.order).toEqual(['one']);
    await at.release('one');
    expect(at.order).toEqual(['one', 'two']);
  });

  it('[A2] releasing twice frees one permit', async () => {
    const at = bench({ limit: 2 });
    for (const id of ['one', 'two', 'three', 'four']) at.ask(id);
    await at.settle();
    await at.release('one');
    await at.release('one');
    expect(tally(at)).toEqual({ held: 2, waiting: 1 });
  });

  it('[A2] releasing twice is told and settled once', async () => {
    const at = bench();
    const told: string[] = [];
    at.gate.on((event) => told.push(event.type));
    at.ask('one');
    await at.settle();
    const first = at.permits.get('one');
    first?.release();
    at.ask('one');
    await at.settle();
    first?.release();
    expect(told).toEqual(['granted', 'released', 'granted']);
    expect(at.gate.snapshot()).toMatchObject({ held: 1, classes: { interactive: { held: 1 } } });
  });

  it('[A4] raising the limit starts waiting calls at once', () => {
    const at = bench({ limit: 0 });
    for (const id of ['one', 'two', 'three']) at.ask(id);
    at.gate.setLimit(2);
    expect(tally(at)).toEqual({ held: 2, waiting: 1 });
  });

  it('[A4] raising a lane limit starts waiting calls at once', () => {
    const at = bench({ limit: 8, laneLimits: { 'a/m': 0 } });
    for (const id of ['one', 'two', 'three']) at.ask(id);
    at.gate.setLaneLimit('a/m', 2);
    expect(tally(at)).toEqual({ held: 2, waiting: 1 });
  });

  it('[A5] a full lane does not block the others', async () => {
    const at = bench({ limit: 3, laneLimits: { 'a/m': 1 } });
    for (const id of ['a1', 'a2', 'a3']) at.ask(id);
    at.ask('b1', { lane: 'b/m' });
    await at.settle();
    expect(at.order).toEqual(['a1', 'b1']);
  });

  it('[A6] lowering the limit takes nothing from running calls', async () => {
    const at = bench({ limit: 3 });
    for (const id of ['one', 'two', 'three', 'four']) at.ask(id);
    await at.settle();
    at.gate.setLimit(1);
    await at.release('one');
    await at.release('two');
    expect(tally(at)).toEqual({ held: 1, waiting: 1 });
    await at.release('three');
    expect(at.order).toContain('four');
  });

  it('[A16] an id that waits or runs already is refused', async () => {
    const at = bench();
    at.ask('same');
    await at.ask('same').settled;
    expect(at.errors.get('same')).toBeInstanceOf(Error);
    expect(tally(at)).toEqual({ held: 1, waiting: 0 });
  });
});

describe('stopping', () => {
  it('[A3] a waiter that stops leaves the queue in the same tick', async () => {
    const at = bench();
    at.ask('one');
    const two = at.ask('two');
    two.stop('enough');
    expect(tally(at)).toEqual({ held: 1, waiting: 0 });
    expect(at.gate.place('two')).toBeNull();
    await two.settled;
    expect(at.errors.get('two')).toBe('enough');
    await at.release('one');
    expect(tally(at)).toEqual({ held: 0, waiting: 0 });
  });

  it('[A3] a call that has stopped before it asks takes nothing', async () => {
    const at = bench();
    await at.ask('one', { signal: AbortSignal.abort('gone') }).settled;
    expect(at.errors.get('one')).toBe('gone');
    expect(tally(at)).toEqual({ held: 0, waiting: 0 });
  });

  it('[A3] a stop between the grant and its arrival still hands over the permit, to be released', async () => {
    const at = bench();
    at.ask('one').stop();
    await at.settle();
    expect(tally(at)).toEqual({ held: 1, waiting: 0 });
    await at.release('one');
    expect(tally(at)).toEqual({ held: 0, waiting: 0 });
  });

  it('[A3] nothing keeps listening to a signal once its call was granted', async () => {
    const at = bench();
    const one = at.ask('one');
    await one.settled;
    expect(getEventListeners(one.signal, 'abort')).toEqual([]);
  });
});
