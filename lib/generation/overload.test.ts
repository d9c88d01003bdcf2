import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

describe('an upstream', () => {
  it.each([null, 0])(
    '[F4] [G17] with an overload that names no time (%j) is asked four times, as a fault is',
    async (retryAfterMs) => {
      const house = rehearse();
      const send = sending('a');
      await house.replies.begin(USER, send);
      for (let turn = 0; turn < 4; turn += 1) {
        const overload = { retryable: true, retryAfterMs };
        (await house.models.nextCall()).fail(new UpstreamFailure('upstream_overloaded', overload));
        await settle();
        expect(house.gate.snapshot().lanes[0]?.closedUntil).not.toBeNull();
        await house.pass(60_000);
      }
      expect((await house.store.page(USER, send.chatId))?.messages.at(-1)?.generation?.state).toEqual({
        name: 'failed',
        code: 'upstream_overloaded',
      });
      expect(house.models.calls).toHaveLength(4);
    },
  );

  it('[F4] [G17] with an overload that names its end uses up no try', async () => {
    const house = rehearse();
    const send = sending('a');
    await house.replies.begin(USER, send);
    for (let turn = 0; turn < 8; turn += 1) {
      const overload = { retryable: true, retryAfterMs: 2_000 };
      (await house.models.nextCall()).fail(new UpstreamFailure('upstream_overloaded', overload));
      await settle();
      await house.pass(2_000);
    }
    (await house.models.nextCall()).finish();
    await settle();
    expect(house.statesOf(send.generationId).at(-1)).toBe('done');
  });
});
