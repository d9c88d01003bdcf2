import { expect, it } from 'vitest';
import { chatId, fakeId } from './fake-events.ts';
import { FakeLocks } from './fake-locks.ts';
import { FakeStorage } from './fake-storage.ts';
import { Outbox } from './outbox.ts';
import type { Pending } from './state.ts';

const entry: Pending = {
  requestId: fakeId(90),
  chatId,
  kind: 'send',
  messageId: fakeId(91),
  replyId: fakeId(92),
  generationId: fakeId(93),
  text: 'Hello',
  model: 'demo/echo',
  createdAt: 1,
  opensChat: true,
  userId: null,
  sentOnce: false,
  acked: false,
  held: false,
};

it('[C14] of two tabs that start at once, one takes over what is left', async () => {
  const [storage, locks] = [new FakeStorage(), new FakeLocks()];
  new Outbox(storage, locks.tab(), 'gone').save([entry]);
  const taken: Pending[][] = [];
  const tabs = ['one', 'two'].map((id) => new Outbox(storage, locks.tab(), id));
  await Promise.all(tabs.map((tab) => tab.adopt((left) => taken.push(left))));
  expect(taken).toEqual([[entry]]);
  expect(storage.keys('')).toEqual([]);
});

it('[C14] a crash while taking over leaves it twice rather than not at all', async () => {
  const [storage, locks] = [new FakeStorage(), new FakeLocks()];
  new Outbox(storage, locks.tab(), 'gone').save([entry]);
  const tab = new Outbox(storage, locks.tab(), 'one');
  await tab.adopt((left) => {
    tab.save(left);
    expect(storage.keys('')).toHaveLength(2);
  });
  expect(storage.keys('')).toEqual(['weir.outbox.one']);
});

it('[C13] what is settled is not kept, and what cannot be read is dropped', async () => {
  const [storage, locks] = [new FakeStorage(), new FakeLocks()];
  const outbox = new Outbox(storage, locks.tab(), 'one');
  outbox.save([entry]);
  outbox.save([{ ...entry, acked: true }]);
  expect(storage.keys('')).toEqual([]);
  for (const value of ['', '{', 'null', '[1]', '[{"kind":"send"}]', '{"a":1}']) {
    storage.write('weir.outbox.odd', value);
    await outbox.adopt((left) => expect.fail(JSON.stringify(left)));
    expect(storage.keys('')).toEqual([]);
  }
});
