import { describe, expect, it } from 'vitest';
import { activityView } from './activity-view.ts';
import { newChatId } from './chat-client.ts';
import { chatId, fakeMessage, fakePath, fakeSummary, running } from './fake-events.ts';
import { TabFixture } from './tab-fixture.ts';
import { chatsView, generationView } from './view.ts';

const page = new TabFixture();

describe('what is sent shows at once', () => {
  it('[C16] question and answer are there at once, with the ids that they will have', async () => {
    await page.connect();
    page.say('Hello\nyou');
    const [send] = page.server.of('send');
    expect(page.path).toMatchObject({
      phase: 'ready',
      messages: [
        { id: send?.messageId, role: 'user', text: 'Hello\nyou', parentId: null },
        { id: send?.replyId, parentId: send?.messageId, generation: { id: send?.generationId } },
      ],
    });
    expect(generationView(page.state, send?.generationId ?? '')?.state).toMatchObject({
      name: 'queued',
      position: null,
    });
    expect(activityView(page.state, chatId)?.id).toBe(send?.generationId);
    expect(chatsView(page.state)).toMatchObject([{ id: chatId, title: 'Hello you' }]);
    expect(page.state.paths).toEqual({});
  });

  it('[C16] while an answer runs, what is said waits behind it', async () => {
    await page.showRunning();
    page.say('and then?');
    const [send] = page.server.of('send');
    expect(page.path.followUps).toMatchObject([{ messageId: send?.messageId, text: 'and then?' }]);
    expect(page.path.messages).toHaveLength(2);
    const followUps = [
      { messageId: send?.messageId ?? '', text: 'and then?', model: 'demo/echo', createdAt: 1 },
    ];
    page.server.deliver({ type: 'follow-ups', chatId, revision: 6, followUps });
    expect(page.path.followUps).toEqual(followUps);
    page.server.deliver({ type: 'ack', requestId: send?.requestId ?? '', held: true });
    expect(page.path).toBe(page.state.paths[chatId]);
    expect(page.pending).toEqual([]);
  });

  it('[C16] an edit, a regenerate and a continue show at once where they belong', async () => {
    await page.connect({ chats: [fakeSummary()] });
    page.tab.watch(chatId);
    page.server.deliver(fakePath(), {
      type: 'state',
      generation: { ...running, state: { name: 'stopped' } },
      revision: 6,
    });
    const [question, answer] = page.path.messages;
    page.tab.continueAnswer(chatId, answer?.id ?? '');
    expect(page.path.messages[1]).toMatchObject({
      id: answer?.id,
      generation: { state: { name: 'queued' } },
    });
    page.refuse('not_found', page.pending[0]?.requestId ?? '');
    expect(page.path.messages).toEqual([question, answer]);
    expect(page.notices).toHaveLength(1);
    page.tab.regenerate(chatId, answer?.id ?? '', 'demo/echo');
    expect(page.path.messages[1]).toMatchObject({
      parentId: question?.id,
      siblings: [answer?.id, page.pending[0]?.replyId],
    });
    page.tab.send({ chatId, text: 'better', model: 'demo/echo', replaces: question?.id ?? '' });
    expect(page.path.messages).toMatchObject([
      { text: 'better', siblings: [question?.id, page.pending[1]?.messageId] },
      {},
    ]);
  });

  it('[C16] no flicker from send to snapshot in a chat that begins', async () => {
    const server = await page.served();
    const seen: string[] = [];
    page.tab.store.subscribe(() =>
      seen.push(`${page.path.phase} ${page.path.messages.length} ${chatsView(page.state).length}`),
    );
    page.say();
    page.tab.watch(chatId);
    await page.settle();
    expect(server.stored).toHaveLength(1);
    expect(page.path).toBe(page.state.paths[chatId]);
    expect(new Set(seen)).toEqual(new Set(['ready 2 1']));
    expect(page.state.outbox).toEqual([]);
  });

  it('[C16] a snapshot that has the message already does not double it, and one without does not lose it', async () => {
    await page.showRunning();
    page.server.deliver({
      type: 'state',
      generation: { ...running, state: { name: 'stopped' } },
      revision: 6,
    });
    page.say();
    const [send] = page.server.of('send');
    const ids = page.path.messages.map((message) => message.id);
    expect(ids).toHaveLength(4);
    page.server.deliver(fakePath({ revision: 6 }));
    expect(page.path.messages.map((message) => message.id)).toEqual(ids);
    const question = fakeMessage(12, {
      id: send?.messageId ?? '',
      text: 'Hello',
      siblings: [send?.messageId ?? ''],
    });
    const answer = fakeMessage(13, { id: send?.replyId ?? '', parentId: question.id, text: '' });
    page.server.deliver(fakePath({ revision: 7, messages: [...fakePath().messages, question, answer] }));
    expect(page.path.messages.map((message) => message.id)).toEqual(ids);
  });
});

it('[C16] new ids are UUIDs that sort by time', () => {
  const ids = [newChatId(), newChatId(), newChatId()];
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(3);
});
