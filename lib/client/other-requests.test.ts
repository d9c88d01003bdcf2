import { describe, expect, it } from 'vitest';
import { chatId, fakeSummary, running } from './fake-events.ts';
import { TabFixture } from './tab-fixture.ts';
import { chatsView, generationView } from './view.ts';

const page = new TabFixture();

describe('other requests', () => {
  it('[F43] [C17] a stop pressed offline shows, and is sent when back', async () => {
    await page.showRunning();
    page.server.drop();
    page.tab.stop(chatId, running.id);
    page.tab.stop(chatId, running.id);
    expect(generationView(page.state, running.id)?.state.name).toBe('stopping');
    await page.comeBack();
    expect(page.server.of('stop')).toHaveLength(1);
    page.refuse('not_running', page.server.of('stop')[0]?.requestId ?? '');
    expect([page.state.requests, page.notices]).toEqual([[], []]);
  });

  it('[C17] a stop waits until the send that it means is confirmed', async () => {
    await page.connect();
    page.say();
    const [send] = page.server.of('send');
    page.tab.stop(chatId, send?.generationId ?? '');
    expect(page.server.of('stop')).toEqual([]);
    page.server.deliver({ type: 'ack', requestId: send?.requestId ?? '' });
    expect(page.server.of('stop')).toHaveLength(1);
  });

  it('[C17] requests are repeated with the same id until they are answered', async () => {
    await page.connect({ chats: [fakeSummary()] });
    page.tab.rename(chatId, `  ${'t'.repeat(300)}  `);
    const [rename] = page.server.of('rename');
    expect(rename?.title).toHaveLength(200);
    expect(chatsView(page.state)[0]?.title).toBe(rename?.title);
    await page.comeBack();
    expect(page.server.of('rename')).toEqual([rename]);
    page.server.deliver({ type: 'ack', requestId: rename?.requestId ?? '' });
    await page.comeBack();
    expect(page.server.of('rename')).toEqual([]);
  });

  it('[C17] a deleted chat leaves the list at once and is back when the server refuses', async () => {
    await page.connect({ chats: [fakeSummary()] });
    page.tab.remove(chatId);
    expect(chatsView(page.state)).toEqual([]);
    page.refuse('storage_unavailable', page.server.of('delete')[0]?.requestId ?? '');
    expect(chatsView(page.state)).toHaveLength(1);
    expect(page.notices).toHaveLength(1);
    page.tab.remove(chatId);
    page.tab.restore(chatId);
    expect(chatsView(page.state)).toHaveLength(1);
  });

  it('[C17] a chat is marked as read once', async () => {
    await page.connect({ chats: [fakeSummary({ unread: true })] });
    page.tab.markRead(chatId);
    page.tab.markRead(chatId);
    expect(page.server.of('read')).toHaveLength(1);
    expect(chatsView(page.state)[0]?.unread).toBe(false);
  });
});
