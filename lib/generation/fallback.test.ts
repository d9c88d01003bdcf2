import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { Liveness } from './liveness.ts';
import { MODEL, rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';
const OTHER = 'test/other';

const fault = () => new UpstreamFailure('upstream_error', { retryable: true });

describe('the second model', () => {
  const sendTo = async (failures: UpstreamFailure[]) => {
    const house = rehearse({ fallback: OTHER });
    house.models.offer(MODEL, OTHER);
    const send = sending('a');
    await house.replies.begin(USER, send);
    for (const failure of failures) {
      (await house.models.nextCall()).fail(failure);
      await settle();
      house.sleeps[0]?.end();
      await settle();
    }
    const stored = async () => (await house.store.page(USER, send.chatId))?.messages.at(-1)?.generation;
    return { house, send, stored };
  };

  it('[G19] answers when the first has failed four times, and the answer says so', async () => {
    const { house, stored } = await sendTo([fault(), fault(), fault(), fault()]);
    const call = await house.models.nextCall();
    expect(call.model).toBe(OTHER);
    call.say('instead');
    call.finish();
    await settle();
    expect(await stored()).toMatchObject({ model: MODEL, fallback: OTHER, state: { name: 'done' } });
  });

  it('[G19] answers at once when the quota of the first is used up', async () => {
    const { house } = await sendTo([new UpstreamFailure('upstream_quota')]);
    expect((await house.models.nextCall()).model).toBe(OTHER);
  });

  it('[G19] is not asked what the first found wrong with the question', async () => {
    const { house, stored } = await sendTo([new UpstreamFailure('context_too_long')]);
    expect(await stored()).toMatchObject({ fallback: null, state: { name: 'failed' } });
    expect(house.models.calls).toHaveLength(1);
  });

  it('[G19] that fails too is the end of it', async () => {
    const { house, stored } = await sendTo(Array.from({ length: 8 }, fault));
    expect(await stored()).toMatchObject({ fallback: OTHER, state: { name: 'failed' } });
    expect(house.models.calls).toHaveLength(8);
  });

  it('[G19] answers also when the first refuses our key, and not because our own database is away', async () => {
    const { house } = await sendTo([new UpstreamFailure('upstream_auth')]);
    expect((await house.models.nextCall()).model).toBe(OTHER);

    const away = rehearse({ fallback: OTHER });
    const send = sending('b');
    await away.replies.begin(USER, send);
    away.store.unavailable = true;
    (await away.models.nextCall()).fail(fault());
    for (let turn = 0; turn < 6; turn += 1) {
      await settle();
      away.sleeps[0]?.end();
    }
    expect(away.models.calls.map(({ model }) => model)).toEqual([MODEL]);
  });

  it('[G19] [G12] is still named when the process dies in the middle of its answer', async () => {
    const { house, stored } = await sendTo([fault(), fault(), fault(), fault()]);
    (await house.models.nextCall()).say('half an ans');
    const [generation] = house.generations.all();
    const checkpoint = generation?.unkept();
    if (checkpoint) await house.store.checkpoint('process-1', [checkpoint]);
    const heir = rehearse({ store: house.store, owner: 'heir' });
    await new Liveness({ ...heir, owner: 'heir', alone: true }).start();
    await settle();
    expect(await stored()).toMatchObject({ fallback: OTHER, state: { name: 'interrupted' } });
  });
});
