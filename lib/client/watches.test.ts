import { describe, expect, it, vi } from 'vitest';
import { chatId, fakeDelta, fakeId, fakePath, fakeSummary, running } from './fake-events.ts';
import { TabFixture } from './tab-fixture.ts';

const page = new TabFixture();

describe('watching', () => {
  it('[C12] after a cut every watched chat is asked for from where it stands', async () => {
    await page.showRunning();
    page.server.deliver(fakeDelta(0, 'Hello'));
    await page.comeBack();
    const have = [{ generation: running.id, text: 5, reasoning: 0 }];
    expect(page.server.of('watch')).toEqual([{ type: 'watch', chatId, revision: 5, have }]);
    page.server.deliver({ type: 'current', chatId, revision: 5 }, fakeDelta(3, 'lo there'));
    expect(page.state.texts[running.messageId]?.text).toBe('Hello there');
  });

  it('[C12] a gap is asked for once, with the offsets one has', async () => {
    await page.showRunning();
    page.server.deliver(fakeDelta(0, 'He'), fakeDelta(4, 'o'));
    page.server.deliver(fakeDelta(5, '!'));
    const [, again, more] = page.server.of('watch');
    expect(again?.have).toEqual([{ generation: running.id, text: 2, reasoning: 0 }]);
    expect(more).toBeUndefined();
  });

  it('[C12] a watch that is not answered is asked again', async () => {
    await page.connect({ chats: [fakeSummary()] });
    page.tab.watch(chatId);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(page.server.of('watch')).toHaveLength(2);
  });

  it('[C12] viewers are counted, and going back and forth costs nothing', async () => {
    await page.connect({ chats: [fakeSummary()] });
    const leave = page.tab.watch(chatId);
    page.tab.watch(chatId)();
    page.server.deliver(fakePath({ messages: [] }));
    leave();
    leave();
    await vi.advanceTimersByTimeAsync(1_000);
    const leaveAgain = page.tab.watch(chatId);
    expect(page.server.sent.map((message) => message.type)).toEqual(['hello', 'watch']);
    leaveAgain();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(page.server.of('unwatch')).toHaveLength(1);
    page.tab.watch(chatId);
    expect(page.server.of('watch')[1]).toMatchObject({ revision: 5 });
  });

  it('[C7] twenty chats are kept when nobody looks at them, the last ones', async () => {
    await page.connect();
    for (let number = 100; number < 130; number += 1) {
      const leave = page.tab.watch(fakeId(number));
      page.server.deliver(fakePath({ chatId: fakeId(number), messages: [] }));
      leave();
      await vi.advanceTimersByTimeAsync(2_000);
      page.server.deliver({ type: 'beat' });
    }
    expect(Object.keys(page.state.paths)).toEqual(Array.from({ length: 20 }, (_, at) => fakeId(110 + at)));
  });

  it('[C12] a chat that is not there is gone; a watch refused for now is asked again', async () => {
    await page.connect();
    page.tab.watch(chatId);
    const refusal = { requestId: null, chatId, message: 'no', retryAfterMs: 500 };
    page.server.deliver({ type: 'refused', ...refusal, code: 'storage_unavailable' });
    await vi.advanceTimersByTimeAsync(500);
    expect(page.server.of('watch')).toHaveLength(2);
    page.server.deliver({ type: 'refused', ...refusal, code: 'not_found' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(page.path.phase).toBe('gone');
    expect(page.server.of('watch')).toHaveLength(2);
    expect(page.notices).toEqual([]);
  });

  it('[C4] older messages are asked for once, and again after a cut', async () => {
    await page.connect({ chats: [fakeSummary()] });
    page.tab.watch(chatId);
    page.server.deliver(fakePath({ hasOlder: true }));
    page.tab.loadOlder(chatId);
    page.tab.loadOlder(chatId);
    expect(page.server.of('older')).toMatchObject([{ before: fakeId(10) }]);
    expect(page.path.loadingOlder).toBe(true);
    await page.comeBack();
    expect(page.path.loadingOlder).toBe(false);
    expect(page.server.of('older')).toEqual([]);
  });
});
