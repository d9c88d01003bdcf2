import { describe, expect, it, vi } from 'vitest';
import { chatId, fakeId } from './fake-events.ts';
import { TabFixture } from './tab-fixture.ts';
import { isRefusedView } from './view.ts';

const page = new TabFixture();

describe('sending', () => {
  it('[F75] [C13] what is sent offline survives a reload and goes exactly once', async () => {
    await page.settle();
    page.say();
    const server = await page.served();
    expect(server.stored).toHaveLength(1);
    expect(server.chat(chatId).messages[0]?.text).toBe('Hello');
    expect(page.browser.storage.keys('weir.outbox.')).toEqual([]);
  });

  it('[F39] [C13] a lost ack makes it go again with the same ids', async () => {
    const server = await page.served();
    server.losesAcks = true;
    page.say();
    server.cutAll();
    expect(page.pending).toMatchObject([{ sentOnce: true }]);
    server.losesAcks = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(page.server.of('send')).toHaveLength(1);
    expect(server.stored).toHaveLength(1);
    expect(page.pending).toEqual([]);
  });

  it('[C13] is on disk before it is on the wire', async () => {
    await page.connect();
    const onDisk: string[] = [];
    page.server.onSent = () => onDisk.push(...page.browser.storage.values.values());
    page.say();
    expect(JSON.parse(onDisk[0] ?? '')).toMatchObject([{ text: 'Hello', sentOnce: true }]);
  });

  it('[C14] a tab takes over what a gone tab left, and nothing of one that lives', async () => {
    await page.settle();
    page.say('from a tab that lives');
    const second = page.browser.tab();
    const closeSecond = second.start();
    await page.settle();
    expect(second.store.getState().outbox).toEqual([]);
    page.close();
    page.server.accept();
    page.server.welcome();
    await page.settle();
    expect(page.server.of('send')).toMatchObject([{ text: 'from a tab that lives' }]);
    closeSecond();
  });

  it('[C21] what was written under another account is not sent', async () => {
    await page.connect({ userId: 'user-1' });
    page.server.drop();
    page.say('mine');
    await vi.advanceTimersByTimeAsync(20_000);
    await page.connect({ userId: 'user-2' });
    expect(page.server.of('send')).toEqual([]);
    expect(page.pending).toMatchObject([{ text: 'mine', refused: { code: 'unauthorized' } }]);
  });

  it('[C15] a refused send leaves the path, keeps its text, and goes again when asked', async () => {
    await page.connect();
    page.say();
    const [send] = page.server.of('send');
    page.refuse('queue_full', send?.requestId ?? '');
    expect(page.path).toMatchObject({ phase: 'ready', messages: [] });
    expect(page.pending).toMatchObject([
      { text: 'Hello', refused: { code: 'queue_full', retryAfterMs: 2_000 } },
    ]);
    expect(page.notices).toEqual([
      { kind: 'refused', message: 'Too many wait.', chatId, code: 'queue_full', requestId: send?.requestId },
    ]);
    await page.comeBack();
    expect(page.server.of('send')).toEqual([]);
    page.tab.retryPending(send?.requestId ?? '');
    expect(page.server.of('send')).toEqual([send]);
    expect(page.path.messages).toHaveLength(2);
  });

  it('[C15] a send refused by a server that goes down goes again by itself', async () => {
    await page.connect();
    page.say();
    page.refuse('draining', page.pending[0]?.requestId ?? '');
    // It says so where it stands; nobody has to do anything.
    expect(page.notices).toEqual([]);
    await page.comeBack();
    expect(page.server.of('send')).toHaveLength(1);
    expect(page.pending[0]?.refused).toBeUndefined();
  });

  it('[C29] a refused message marks its chat until it is tried again, unless it goes by itself', async () => {
    await page.connect();
    page.say('hello');
    const id = page.pending[0]?.requestId ?? '';
    expect(isRefusedView(page.state, chatId)).toBe(false);
    page.refuse('queue_full', id);
    expect(isRefusedView(page.state, chatId)).toBe(true);
    expect(isRefusedView(page.state, fakeId(2))).toBe(false);
    page.tab.retryPending(id);
    expect(isRefusedView(page.state, chatId)).toBe(false);
    page.refuse('draining', id);
    expect(isRefusedView(page.state, chatId)).toBe(false);
  });

  it('[C15] a send can be taken back unless it may have arrived', async () => {
    page.say('never sent');
    expect(page.tab.dropPending(page.pending[0]?.requestId ?? '')?.text).toBe('never sent');
    await page.connect();
    page.say('on its way');
    const id = page.pending[0]?.requestId ?? '';
    expect(page.tab.dropPending(id)).toBeNull();
    page.refuse('queue_full', id);
    expect(page.tab.dropPending(id)?.text).toBe('on its way');
    expect(page.state.outbox).toEqual([]);
  });

  it('[C15] a text too long for the server is refused here, in words, and kept', async () => {
    await page.connect();
    page.say('a'.repeat(100_001));
    page.say('€'.repeat(90_000));
    expect(page.server.of('send')).toEqual([]);
    expect(page.pending.map((one) => one.refused?.code)).toEqual(['too_long', 'too_long']);
    expect(page.pending[0]?.refused?.message).toContain('100,001 characters; at most 100,000');
    page.tab.editFollowUp(chatId, fakeId(60), 'b'.repeat(100_001));
    expect(page.notices).toMatchObject([{ code: 'too_long', text: 'b'.repeat(100_001) }]);
  });

  it('[C15] blank texts are not sent', async () => {
    await page.connect();
    page.say(' \n');
    expect(page.state.outbox).toEqual([]);
  });
});
