import { expect, it } from 'vitest';
import { browserStorage } from './browser-storage.ts';
import { Drafts } from './drafts.ts';
import { FakeStorage } from './fake-storage.ts';

it('[C18] a draft survives a reload, per chat, and an empty one leaves nothing behind', () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage);
  drafts.write('new', 'half a thought');
  drafts.write('chat-1', 'another');
  expect(new Drafts(storage).read('new')).toBe('half a thought');
  drafts.write('chat-1', '');
  expect(storage.keys('')).toEqual(['weir.draft.new']);
});

it('[C18] only who shows a draft hears of it', () => {
  const drafts = new Drafts(new FakeStorage());
  const heard: string[] = [];
  const leave = drafts.subscribe('new', () => heard.push(drafts.read('new')));
  drafts.write('chat-1', 'x');
  drafts.write('new', 'y');
  drafts.write('new', 'y');
  leave();
  drafts.write('new', 'z');
  expect(heard).toEqual(['y']);
});

it('[C18] another tab that types into the same chat changes nothing under one’s hands', () => {
  const storage = new FakeStorage();
  const mine = new Drafts(storage);
  mine.write('new', 'mine');
  new Drafts(storage).write('new', 'theirs');
  expect(mine.read('new')).toBe('mine');
});

function fullStorage(values: Map<string, string>): Storage {
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
    removeItem: (key: string) => values.delete(key),
  };
  return storage as unknown as Storage;
}

it('[C18] storage that is full or blocked keeps the text for as long as the page lives', () => {
  const values = new Map([['weir.draft.new', 'older']]);
  const blocked = () => {
    throw new DOMException('no', 'SecurityError');
  };
  for (const storage of [browserStorage(() => fullStorage(values)), browserStorage(blocked)]) {
    expect(storage.write('weir.draft.new', 'typed')).toBe(false);
    expect(storage.read('weir.draft.new')).toBe('typed');
    expect(storage.keys('weir.')).toEqual(['weir.draft.new']);
    storage.remove('weir.draft.new');
    expect(storage.read('weir.draft.new')).toBeNull();
  }
  expect(values.size).toBe(0);
});
