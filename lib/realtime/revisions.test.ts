import { describe, expect, it } from 'vitest';
import { MODEL } from './stage-fixture.ts';
import { twoPeople } from './two-people-fixture.ts';

describe('a viewer', () => {
  it('[R3] sees an ending before the message sent while it was being stored', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    const { end } = house.store;
    const answered = Promise.withResolvers<void>();
    house.store.end = async (...ended) => {
      const stored = await end(...ended);
      await answered.promise;
      return stored;
    };
    call.finish();
    await house.quiesce(anna);
    anna.send(chatId, 'and then?', MODEL);
    await house.quiesce(anna);
    answered.resolve();
    await house.quiesce(anna);
    const revisions = anna.events.flatMap((event) =>
      (event.type === 'path' || event.type === 'state') && event.revision !== null ? [event.revision] : [],
    );
    expect(revisions).toEqual([1, 2, 3]);
    expect(anna.texts(chatId)).toEqual(['hello', '', 'and then?', '']);
  });

  it('[R3] that no longer watches gets the ending as news, without a revision', async () => {
    const { house, anna, chatId, call } = await twoPeople();
    anna.unwatch(chatId);
    await house.quiesce(anna);
    call.finish();
    await house.quiesce(anna);
    expect(anna.last('state')).toMatchObject({ generation: { state: { name: 'done' } }, revision: null });
  });
});
