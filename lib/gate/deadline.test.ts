import { expect, it } from 'vitest';
import { GateRefusal } from './gate.ts';
import { bench, tally } from './rehearsal.ts';

it('[A22] who waits past the deadline is refused, once somebody wakes the gate', async () => {
  const at = bench();
  const told: string[] = [];
  at.gate.on((event) => told.push(event.type === 'left' ? `left: ${event.why}` : event.type));
  at.ask('one');
  const two = at.ask('two', { deadlineMs: 3000 });
  expect(at.gate.wakeAt()).toBe(at.clock.ms + 3000);
  await at.pass(2999);
  expect(tally(at)).toEqual({ held: 1, waiting: 1 });
  await at.pass(1);
  await two.settled;
  expect(at.errors.get('two')).toBeInstanceOf(GateRefusal);
  expect(at.errors.get('two')).toMatchObject({ code: 'queue_timeout', retryAfterMs: 5000 });
  expect({ ...tally(at), wakeAt: at.gate.wakeAt() }).toEqual({ held: 1, waiting: 0, wakeAt: null });
  expect(told).toEqual(['granted', 'queued', 'left: timeout']);
});

it('[A22] a permit that comes free after the deadline is for the next one, though nobody woke the gate', async () => {
  const at = bench();
  at.ask('one');
  at.ask('late', { deadlineMs: 1000 });
  at.ask('next');
  await at.settle();
  at.clock.ms += 1000;
  await at.release('one');
  expect(at.order).toEqual(['one', 'next']);
  expect(at.errors.get('late')).toMatchObject({ code: 'queue_timeout' });
});

it('[A22] a class has a deadline of its own, a request may have another, a granted call has none', async () => {
  const at = bench({ deadlineMs: { interactive: 1000 } });
  at.ask('one');
  at.ask('chat');
  at.ask('patient', { deadlineMs: 9000 });
  at.ask('batch', { class: 'background' });
  await at.pass(8999);
  expect([...at.errors.keys()]).toEqual(['chat']);
  await at.pass(1_000_000);
  expect([...at.errors.keys()]).toEqual(['chat', 'patient']);
  expect(tally(at)).toEqual({ held: 1, waiting: 1 });
});

it('[A22] a deadline of 0 is now or not at all', async () => {
  const at = bench();
  at.ask('one', { deadlineMs: 0 });
  at.ask('two', { deadlineMs: 0 });
  await at.pass(0);
  expect(at.order).toEqual(['one']);
  expect(at.errors.get('two')).toMatchObject({ code: 'queue_timeout' });
});

it('[A22 A23] a refusal names no time before the lane opens', async () => {
  const at = bench({ maxWaiting: 1 });
  at.gate.throttled('a/m', { retryAfterMs: 90_000 });
  at.ask('one', { deadlineMs: 10_000 });
  expect(at.gate.refusal({ user: 'bob', lane: 'a/m' })).toMatchObject({ retryAfterMs: 90_000 });
  await at.pass(10_000);
  expect(at.errors.get('one')).toMatchObject({ code: 'queue_timeout', retryAfterMs: 80_000 });
});
