import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { MODEL, rehearse, settle } from './rehearsal-fixture.ts';
import { retriedCall } from './retried-call.ts';

const fault = () => new UpstreamFailure('upstream_error', { retryable: true });
const tooMany = () => new UpstreamFailure('upstream_rate_limited', { retryable: true, retryAfterMs: 2_000 });

/** One background call, as a batch or the API makes it. */
function asking({ deadlineMs }: { deadlineMs?: number } = {}) {
  const house = rehearse();
  const stop = new AbortController();
  const heard = { text: '', retries: [] as [string, number][] };
  const call = {
    id: 'call-1',
    userId: 'anna',
    lane: MODEL,
    class: 'background' as const,
    request: { messages: [{ role: 'user' as const, content: 'hello' }] },
    signal: stop.signal,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  };
  const sink = {
    text: (delta: string) => {
      heard.text += delta;
    },
    reasoning: () => undefined,
    retrying: (code: string, ms: number) => heard.retries.push([code, ms]),
  };
  const answer = retriedCall(call, sink, house.callPorts);
  // Looked at later; until then a rejection is nobody's.
  answer.catch(() => undefined);
  return { house, stop, heard, answer };
}

describe('a call for whoever is no chat', () => {
  it('[G6] is tried again after a fault, with the permit free while it waits', async () => {
    const { house, heard, answer } = asking();
    (await house.models.nextCall()).fail(fault());
    await settle();
    expect(house.gate.snapshot().held).toBe(0);
    expect(heard.retries).toEqual([['upstream_error', 250]]);
    house.sleeps[0]?.end();
    const second = await house.models.nextCall();
    second.say('hi');
    second.finish('stop', { tokensIn: 3, tokensOut: 1 });
    expect(await answer).toMatchObject({ finish: 'stop' });
    expect(heard.text).toBe('hi');
    expect(house.gate.snapshot().held).toBe(0);
  });

  it('[G6] [G17] that was turned away waits at the closed lane, however often, and uses up no try', async () => {
    const { house, heard, answer } = asking();
    for (let round = 0; round < 6; round += 1) {
      (await house.models.nextCall()).fail(tooMany());
      await settle();
      expect(house.models.open).toBe(0);
      await house.pass(4_000);
    }
    (await house.models.nextCall()).finish();
    await answer;
    expect(heard.retries.map(([code]) => code)).toEqual(Array(6).fill('upstream_rate_limited'));
    expect(house.sleeps).toEqual([]);
  });

  it('[G6] that has begun is not replayed', async () => {
    const { house, heard, answer } = asking();
    const call = await house.models.nextCall();
    call.say('half');
    call.fail(fault());
    await expect(answer).rejects.toMatchObject({ code: 'upstream_error' });
    expect(heard).toEqual({ text: 'half', retries: [] });
    expect(house.gate.snapshot().held).toBe(0);
  });

  it('[G6] is given up after the fourth failure', async () => {
    const { house, answer } = asking();
    for (let round = 0; round < 4; round += 1) {
      (await house.models.nextCall()).fail(fault());
      await settle();
      house.sleeps[0]?.end();
    }
    await expect(answer).rejects.toMatchObject({ code: 'upstream_error' });
    expect(house.models.calls).toHaveLength(4);
  });

  it('[G6] waits no longer in all than it was given', async () => {
    const { house, answer } = asking({ deadlineMs: 1_000 });
    (await house.models.nextCall()).fail(tooMany());
    await expect(answer).rejects.toMatchObject({ code: 'upstream_rate_limited' });
  });

  it('[G4] that is stopped while it waits to retry makes no other call', async () => {
    const { house, stop, answer } = asking();
    (await house.models.nextCall()).fail(fault());
    await settle();
    stop.abort();
    await expect(answer).rejects.toBeDefined();
    expect(house.models.calls).toHaveLength(1);
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });
});
