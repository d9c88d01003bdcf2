import { describe, expect, it } from 'vitest';
import { GateRefusal } from './gate.ts';
import { bench, tally } from './rehearsal.ts';

describe('bounds', () => {
  it('[A13] beyond the bound of the whole queue there is a typed refusal', async () => {
    const at = bench({ maxWaiting: 1 });
    at.ask('one');
    at.ask('two');
    await at.ask('three', { user: 'bob' }).settled;
    expect(at.errors.get('three')).toBeInstanceOf(GateRefusal);
    expect(at.errors.get('three')).toMatchObject({ code: 'queue_full', retryAfterMs: 5000 });
  });

  it('[A13] beyond the bound of one user only that user is refused', async () => {
    const at = bench({ maxWaitingPerUser: 1 });
    at.ask('one');
    at.ask('two');
    at.ask('three');
    at.ask('four', { user: 'bob' });
    await at.settle();
    expect([...at.errors.keys()]).toEqual(['three']);
    expect(at.errors.get('three')).toMatchObject({ code: 'user_queue_full' });
  });

  it('[A13] who can start at once is not refused though another lane has filled the queue', async () => {
    const at = bench({ limit: 2, laneLimits: { 'a/m': 1 }, maxWaiting: 1 });
    at.ask('a1');
    at.ask('a2');
    at.ask('b1', { lane: 'b/m' });
    await at.settle();
    expect(at.order).toEqual(['a1', 'b1']);
  });

  it('[A13] the refusal says when: after what a call of the lane usually takes', async () => {
    const at = bench({ maxWaiting: 0 });
    at.ask('one');
    await at.settle();
    at.clock.ms += 7300;
    await at.release('one');
    at.ask('two');
    await at.ask('three').settled;
    expect(at.errors.get('three')).toMatchObject({ retryAfterMs: 7300 });
  });

  it('[A14] closing turns the waiting away, lets the running finish, lets nobody in', async () => {
    const at = bench();
    at.ask('one');
    at.ask('two');
    at.gate.close();
    at.ask('three');
    await at.settle();
    expect(at.errors.get('two')).toMatchObject({ code: 'draining' });
    expect(at.errors.get('three')).toMatchObject({ code: 'draining' });
    expect(tally(at)).toEqual({ held: 1, waiting: 0 });
    await at.release('one');
    expect(at.gate.snapshot()).toMatchObject({ held: 0, draining: true });
  });

  it('[A13] whether a call would be refused can be asked before, and asking changes nothing', async () => {
    const at = bench({ maxWaiting: 1 });
    const told: string[] = [];
    at.gate.on((event) => told.push(event.type));
    const bob = { user: 'bob', lane: 'a/m' };
    at.ask('one');
    expect(at.gate.refusal(bob)).toBeNull();
    at.ask('two');
    expect(at.gate.refusal(bob)).toMatchObject({ code: 'queue_full', retryAfterMs: 5000 });
    expect({ ...tally(at), told }).toEqual({ held: 1, waiting: 1, told: ['granted', 'queued'] });
  });

  it('[A13] who was let in before is not refused by a full queue, only by a closed gate', async () => {
    const at = bench({ maxWaiting: 0, maxWaitingPerUser: 0 });
    at.ask('one');
    at.ask('two', { admitted: true });
    expect(tally(at)).toEqual({ held: 1, waiting: 1 });
    at.gate.close();
    await at.ask('three', { admitted: true }).settled;
    expect(at.errors.get('three')).toMatchObject({ code: 'draining' });
  });

  it('[A27] background calls that wait keep nobody out of a chat, and the other way round', async () => {
    const at = bench({ maxWaiting: 2, maxWaitingPerUser: 1 });
    at.ask('running');
    at.ask('item 1', { class: 'background' });
    at.ask('chat 1');
    at.ask('item 2', { class: 'background' });
    at.ask('chat 2');
    at.ask("bob's item", { user: 'bob', class: 'background' });
    at.ask("bob's chat", { user: 'bob' });
    at.ask("cy's item", { user: 'cy', class: 'background' });
    at.ask("cy's title", { user: 'cy', class: 'helper' });
    await at.settle();
    const codes = [...at.errors].map(([id, error]) => [id, (error as GateRefusal).code]);
    expect(codes).toEqual([
      ['item 2', 'user_queue_full'],
      ['chat 2', 'user_queue_full'],
      ["cy's item", 'queue_full'],
      ["cy's title", 'queue_full'],
    ]);
    expect(at.gate.snapshot().waitingByUser).toEqual(
      new Map([
        ['ann', 2],
        ['bob', 2],
      ]),
    );
  });

  it('[A27] background calls have bounds of their own size, and are asked about like others', async () => {
    const at = bench({ maxWaiting: 0, maxBackground: 2, maxBackgroundPerUser: 1 });
    at.ask('running');
    at.ask('item 1', { class: 'background' });
    const bob = { user: 'bob', lane: 'a/m' };
    expect(at.gate.refusal({ ...bob, class: 'background' })).toBeNull();
    expect(at.gate.refusal({ ...bob, user: 'ann', class: 'background' })).toMatchObject({
      code: 'user_queue_full',
    });
    expect(at.gate.refusal(bob)).toMatchObject({ code: 'queue_full' });
  });
});
