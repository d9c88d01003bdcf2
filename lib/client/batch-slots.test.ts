import { expect, it } from 'vitest';
import { formKey, linesKey } from './batch-draft.ts';
import { BatchSlots } from './batch-slots.ts';
import { Drafts } from './drafts.ts';
import { FakeLocks } from './fake-locks.ts';
import { FakeStorage } from './fake-storage.ts';

/** A browser whose tabs can be opened, reloaded, duplicated and closed. */
function browser() {
  const storage = new FakeStorage();
  const locks = new FakeLocks();
  let ids = 0;
  const open = (tab = new FakeStorage()) => {
    const held: (() => void)[] = [];
    const own = locks.tab();
    const watched = {
      ...own,
      hold: (name: string) => {
        const free = own.hold(name);
        held.push(free);
        return free;
      },
    };
    const drafts = new Drafts(storage);
    const newId = () => `slot-${ids++}`;
    const slots = new BatchSlots({ drafts, tab, locks: watched, newId });
    const close = () => {
      for (const free of held) free();
    };
    const type = async (lines: string) => drafts.write(linesKey(await slots.enter()), lines);
    const shown = async () => drafts.read(linesKey(await slots.enter()));
    return { slots, drafts, tab, close, type, shown };
  };
  return { open, storage };
}

it('[C93] two tabs have a draft each, and a reload finds its own', async () => {
  const { open } = browser();
  const [one, two] = [open(), open()];
  await one.type('first');
  await two.type('second');
  expect([await one.shown(), await two.shown()]).toEqual(['first', 'second']);
  one.close();
  expect(await open(one.tab).shown()).toBe('first');
});

it('[C93] a new tab takes over the newest draft of a tab that is gone, then the next, and never a living one\u2019s', async () => {
  const { open, storage } = browser();
  const tabs = [open(), open(), open()];
  for (const [at, tab] of tabs.entries()) await tab.type(`draft ${at}`);
  tabs[0]?.close();
  tabs[1]?.close();
  const fresh = open();
  expect(await fresh.shown()).toBe('draft 1');
  expect(await open().shown()).toBe('draft 0');
  expect(await open().shown()).toBe('');
  expect(await tabs[2]?.shown()).toBe('draft 2');
  expect(storage.keys('')).toHaveLength(3);
});

it('[C93] once its batch is started, a tab is offered what is left elsewhere', async () => {
  const { open } = browser();
  const [gone, mine] = [open(), open()];
  await gone.type('left behind');
  await mine.type('mine');
  gone.close();
  expect(await mine.shown()).toBe('mine');
  await mine.type('');
  expect(await mine.shown()).toBe('left behind');
});

it('[C93] a duplicated tab begins with a copy, and both go on apart', async () => {
  const { open } = browser();
  const one = open();
  await one.type('both');
  const copied = new FakeStorage();
  for (const [key, value] of one.tab.values) copied.write(key, value);
  const two = open(copied);
  expect(await two.shown()).toBe('both');
  await two.type('other');
  expect(await one.shown()).toBe('both');
});

it('[C93] what an older page has left in the slot of all tabs is taken over', async () => {
  const { open, storage } = browser();
  storage.write(`weir.draft.${linesKey('')}`, 'old lines');
  storage.write(`weir.draft.${formKey('')}`, '{"name":"old"}');
  const tab = open();
  const slot = await tab.slots.enter();
  expect([tab.drafts.read(linesKey(slot)), tab.drafts.read(formKey(slot))]).toEqual([
    'old lines',
    '{"name":"old"}',
  ]);
  expect(storage.keys('').every((key) => key.endsWith(slot))).toBe(true);
});
