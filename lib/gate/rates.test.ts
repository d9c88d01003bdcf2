import { describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { bench, tally } from './rehearsal.ts';

const ten = (prefix = '') => Array.from({ length: 10 }, (_, i) => `${prefix}${i}`);

describe('rates', () => {
  it('[A19] a minute of requests may start at once, then one as each fits again', async () => {
    const at = bench({ limit: 20, laneRates: { 'a/m': { requestsPerMinute: 6 } } });
    for (const id of ten()) at.ask(id);
    expect(tally(at)).toEqual({ held: 6, waiting: 4 });
    expect(at.gate.wakeAt()).toBe(at.clock.ms + 10_000);
    await at.pass(9999);
    expect(at.order).toHaveLength(6);
    await at.pass(1);
    expect(at.order).toHaveLength(7);
    await at.pass(60_000);
    expect({ ...tally(at), wakeAt: at.gate.wakeAt() }).toEqual({ held: 10, waiting: 0, wakeAt: null });
  });

  it('[A19] ending a call gives its request back to nobody', async () => {
    const at = bench({ limit: 20, laneRates: { 'a/m': { requestsPerMinute: 6 } } });
    for (const id of ten()) at.ask(id);
    await at.settle();
    for (const id of at.order) await at.release(id, 0);
    expect(tally(at)).toEqual({ held: 0, waiting: 4 });
  });

  it('[A19] tokens are taken by the estimate, and settled by what was used', async () => {
    const at = bench({ limit: 20, laneRates: { 'a/m': { tokensPerMinute: 1000 } } });
    at.ask('one', { weight: 600 });
    at.ask('two', { weight: 500 });
    await at.settle();
    expect(at.order).toEqual(['one']);
    await at.release('one', 100);
    expect(at.order).toEqual(['one', 'two']);
    expect(at.lane()?.tokens).toEqual({ perMinute: 1000, left: 400 });
    await at.release('two', 1500);
    expect(at.lane()?.tokens).toEqual({ perMinute: 1000, left: -600 });
  });

  it.each([{}, { laneRates: { 'a/m': { tokensPerMinute: 1000 } } }])(
    '[A19] an estimate beyond all measure holds up nobody once it is over (%o)',
    async (rates) => {
      const at = bench({ limit: 1, ...rates });
      at.ask('huge', { weight: 1e308, class: 'background' });
      at.ask('next', { class: 'background' });
      await at.settle();
      expect(at.order).toEqual(['huge']);
      await at.release('huge', 10);
      expect(at.order).toEqual(['huge', 'next']);
      at.ask('chat');
      await at.release('next', 10);
      expect(at.order).toEqual(['huge', 'next', 'chat']);
    },
  );

  it('[A19] a call without a figure keeps its estimate, and no refund fills beyond the brim', async () => {
    const at = bench({ laneRates: { 'a/m': { tokensPerMinute: 1000 } } });
    at.ask('one', { weight: 600 });
    await at.settle();
    await at.release('one');
    expect(at.lane()?.tokens?.left).toBe(400);
    at.ask('two', { weight: 400 });
    await at.pass(60_000);
    await at.release('two', 0);
    expect(at.lane()?.tokens?.left).toBe(1000);
  });

  it('[A19] what costs more than a minute passes when the bucket is full, once, and others pay for it', async () => {
    const at = bench({ limit: 20, laneRates: { 'a/m': { tokensPerMinute: 1000 } } });
    at.ask('small', { weight: 100 });
    at.ask('huge', { weight: 2500 });
    await at.settle();
    expect(at.gate.wakeAt()).toBe(at.clock.ms + 6000);
    at.ask('after', { weight: 1 });
    await at.pass(6000);
    expect(at.order).toEqual(['small', 'huge']);
    await at.pass(90_000);
    expect(at.order).toEqual(['small', 'huge']);
    await at.pass(60);
    expect(at.order).toEqual(['small', 'huge', 'after']);
  });

  it('[A20] nobody small overtakes whoever waits for tokens in the lane; other lanes go on', async () => {
    const at = bench({ limit: 20, laneRates: { 'a/m': { tokensPerMinute: 1000 } } });
    at.ask('first', { weight: 500 });
    at.ask('big', { weight: 800, user: 'bob' });
    at.ask('small', { weight: 10, user: 'cy' });
    at.ask('batch', { weight: 10, user: 'dee', class: 'background' });
    at.ask('elsewhere', { lane: 'b/m' });
    await at.settle();
    expect(at.order).toEqual(['first', 'elsewhere']);
    await at.pass(18_000);
    expect(at.order).toEqual(['first', 'elsewhere', 'big']);
  });

  it('[A4] whoever was held up starts in the same tick in which the one before gives up', async () => {
    const at = bench({ limit: 20, laneRates: { 'a/m': { tokensPerMinute: 1000 } } });
    at.ask('first', { weight: 500 });
    const big = at.ask('big', { weight: 800 });
    at.ask('small', { weight: 10 });
    big.stop();
    expect(tally(at)).toEqual({ held: 2, waiting: 0 });
  });

  it('[A4] rates change while calls wait, and a rate taken away lets them start at once', async () => {
    const at = bench({ limit: 20, laneRates: { 'a/m': { requestsPerMinute: 1 } } });
    for (const id of ten()) at.ask(id);
    expect(tally(at).held).toBe(1);
    at.gate.setLaneRates('a/m', { requestsPerMinute: 3 });
    expect(tally(at).held).toBe(3);
    at.gate.setLaneRates('a/m', {});
    expect(tally(at).held).toBe(10);
  });

  it('[A25] who may not start for one limit takes nothing of another', async () => {
    const at = bench({ laneRates: { 'a/m': { requestsPerMinute: 10, tokensPerMinute: 1000 } } });
    at.ask('one', { weight: 100 });
    at.ask('two', { weight: 100 });
    at.ask('three', { weight: 100 }).stop();
    await at.settle();
    expect(at.lane()).toMatchObject({ requests: { left: 9 }, tokens: { left: 900 } });
    await at.release('one', 100);
    expect(at.lane()).toMatchObject({ requests: { left: 8 }, tokens: { left: 800 } });
  });

  it('[A13] who has to wait for rates is bounded like anybody who waits', async () => {
    const at = bench({ limit: 9, maxWaiting: 1, laneRates: { 'a/m': { requestsPerMinute: 1 } } });
    at.ask('one');
    at.ask('two');
    await at.ask('three').settled;
    expect(at.errors.get('three')).toMatchObject({ code: 'queue_full' });
  });

  it.each([0, -1, Number.NaN])('[A19] %s is no rate', (requestsPerMinute) => {
    const gate = new Gate({ limit: 1, now: () => 0 });
    expect(() => gate.setLaneRates('a/m', { requestsPerMinute })).toThrow(RangeError);
  });
});

describe('calls per user', () => {
  it('[A18] a user at the cap waits without holding up others', async () => {
    const at = bench({ limit: 4, perUser: 2 });
    for (const id of ['a1', 'a2', 'a3', 'a4']) at.ask(id);
    at.ask('b1', { user: 'bob' });
    await at.settle();
    expect(at.order).toEqual(['a1', 'a2', 'b1']);
    await at.release('b1');
    expect(tally(at)).toEqual({ held: 2, waiting: 2 });
    await at.release('a1');
    expect(at.order).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('[A18] the cap counts calls in all lanes', async () => {
    const at = bench({ limit: 4, perUser: 1 });
    at.ask('a1');
    at.ask('a2', { lane: 'b/m', class: 'background' });
    await at.settle();
    expect(at.order).toEqual(['a1']);
    await at.release('a1');
    expect(at.order).toEqual(['a1', 'a2']);
  });

  it('[A18] one who waits at the cap may stop, and leaves no trace', async () => {
    const at = bench({ limit: 4, perUser: 1 });
    at.ask('a1');
    at.ask('a2').stop();
    at.ask('a3');
    await at.settle();
    expect(tally(at)).toEqual({ held: 1, waiting: 1 });
    await at.release('a1');
    await at.release('a3');
    expect(tally(at)).toEqual({ held: 0, waiting: 0 });
  });

  it('[A11 A18] who waits for calls of their own stands where they will be', async () => {
    const at = bench({ limit: 2, perUser: 1 });
    at.ask('a1');
    at.ask('b1', { user: 'bob' });
    at.ask('a2');
    at.ask('a3');
    at.ask('c1', { user: 'cy' });
    at.ask('b2', { user: 'bob' });
    await at.settle();
    const foretold = [...at.gate.places().keys()];
    for (const id of ['a1', 'b1', ...foretold]) await at.release(id);
    expect(at.order.slice(2)).toEqual(foretold);
  });

  it('[A13] who can only wait at the cap is bounded like anybody who waits', () => {
    const at = bench({ limit: 4, perUser: 1, maxWaiting: 0 });
    at.ask('a1');
    expect(at.gate.refusal({ user: 'ann', lane: 'b/m' })).toMatchObject({ code: 'queue_full' });
    expect(at.gate.refusal({ user: 'bob', lane: 'b/m' })).toBeNull();
  });

  it.each([0, 1.5, Number.NaN])('[A18] %s is no cap', (perUser) => {
    expect(() => bench({ perUser })).toThrow(RangeError);
  });
});
