import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { rehearse, settle } from './rehearsal-fixture.ts';
import { retriedEmbedding } from './retried-embedding.ts';

const LANE = 'test/vectors';

function asking() {
  const house = rehearse();
  house.models.offerEmbeddings(LANE);
  const stop = new AbortController();
  const call = {
    id: 'call-1',
    userId: 'anna',
    lane: LANE,
    class: 'background' as const,
    request: { inputs: ['one', 'two'] },
    signal: stop.signal,
  };
  const ask = () => retriedEmbedding(call, house.callPorts);
  return { house, stop, ask };
}

describe('vectors through the gate', () => {
  it('[G6] hold a permit while they are made, and give it back with what they took', async () => {
    const { house, ask } = asking();
    const released: unknown[] = [];
    house.gate.on((event) => void (event.type === 'released' && released.push(event.tokens)));
    house.models.onEmbedding = () => {
      expect(house.gate.snapshot().held).toBe(1);
    };
    expect((await ask()).vectors).toHaveLength(2);
    expect([house.gate.snapshot().held, released]).toEqual([0, [2]]);
  });

  it('[G6] are tried again after a fault, with the permit free while they wait', async () => {
    const { house, ask } = asking();
    house.models.onEmbedding = () => new UpstreamFailure('upstream_error', { retryable: true });
    const made = ask();
    await settle();
    expect([house.gate.snapshot().held, house.sleeps.length]).toEqual([0, 1]);
    house.models.onEmbedding = () => undefined;
    house.sleeps[0]?.end();
    expect((await made).vectors).toHaveLength(2);
  });

  it('[G17] that are turned away close their lane', async () => {
    const { house, stop, ask } = asking();
    house.models.onEmbedding = () =>
      new UpstreamFailure('upstream_rate_limited', { retryable: true, retryAfterMs: 5_000 });
    const made = ask();
    await settle();
    expect(house.gate.opensInMs(LANE)).toBeGreaterThan(4_000);
    stop.abort(new Error('stop'));
    await expect(made).rejects.toThrow('stop');
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('a refusal of the texts stands', async () => {
    const { house, ask } = asking();
    house.models.onEmbedding = () => new UpstreamFailure('upstream_rejected');
    await expect(ask()).rejects.toMatchObject({ code: 'upstream_rejected' });
    expect(house.models.embedded).toHaveLength(1);
  });
});
