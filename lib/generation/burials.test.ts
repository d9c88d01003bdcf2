import { expect, it } from 'vitest';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { Checkpoints } from './checkpoints.ts';
import { Liveness } from './liveness.ts';
import { rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

it('[F69] [G12] many answers of a dead process are settled one after the other, so that everybody else gets at the database', async () => {
  const store = memoryChatStore();
  const before = rehearse({ store, owner: 'dead', limit: 20 });
  const sends = Array.from({ length: 20 }, () => sending('many'));
  for (const send of sends) {
    await before.replies.begin(USER, send);
    (await before.models.nextCall()).say('half');
  }
  const live = () => before.generations.all();
  await new Checkpoints({ store, live, owner: 'dead', log: before.log, clock: Date.now }).keep();
  const asked: string[] = [];
  let [atOnce, most] = [0, 0];
  const { end, chatsToRelease } = store;
  store.chatsToRelease = () => {
    asked.push('release');
    return chatsToRelease();
  };
  store.end = async (...ended) => {
    asked.push('end');
    atOnce += 1;
    most = Math.max(most, atOnce);
    const stored = await end(...ended);
    atOnce -= 1;
    return stored;
  };
  const after = rehearse({ store, owner: 'new' });
  await new Liveness({ ...after, owner: 'new', alone: true }).start();
  await settle(100);
  expect(most).toBe(1);
  expect(asked).toEqual(['release', ...sends.map(() => 'end')]);
  for (const { chatId } of sends) {
    const last = (await after.store.page(USER, chatId))?.messages.at(-1);
    expect(last).toMatchObject({ text: 'half', generation: { state: { name: 'interrupted' } } });
  }
});
