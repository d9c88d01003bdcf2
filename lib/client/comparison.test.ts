import { describe, expect, it, vi } from 'vitest';
import { elsewhereView, pathRunningView } from './activity-view.ts';
import { comparedIn } from './compared.ts';
import { chatId, fakeId, fakeMessage, fakePath, fakeSummary } from './fake-events.ts';
import { fakeGeneration } from './fake-server.ts';
import { TabFixture } from './tab-fixture.ts';
import { chatView, generationView } from './view.ts';

const page = new TabFixture();

const siblings = [fakeId(11), fakeId(13), fakeId(15)];
const generationOf = (message: number) =>
  fakeGeneration({ id: fakeId(40 + message), chatId, messageId: fakeId(message) });
const column = (message: number) =>
  fakeMessage(message, {
    parentId: fakeId(10),
    text: '',
    siblings,
    generation: generationOf(message),
  });
const threeColumns = (change = {}) =>
  fakePath({
    messages: [fakeMessage(10, { parentId: null }), column(13)],
    beside: [column(11), column(15)],
    ...change,
  });

async function compare(): Promise<void> {
  const generations = [11, 13, 15].map(generationOf);
  await page.connect({ chats: [fakeSummary()], generations });
  page.tab.watch(chatId);
  page.server.deliver(threeColumns());
}

const columns = () => comparedIn(chatView(page.state, chatId));
const ended = (message: number, revision: number) => ({
  type: 'state' as const,
  generation: { ...generationOf(message), state: { name: 'done' as const, finish: 'stop' as const } },
  revision,
});

describe('a comparison', () => {
  it('[C80] shows all its answers at once, with the ids that they will have', async () => {
    await page.connect();
    page.tab.send({ chatId, text: 'Hello', model: 'demo/a', also: ['demo/b', 'demo/b'] });
    const [send] = page.server.of('send');
    const ids = [send?.replyId, ...(send?.also ?? []).map(({ replyId }) => replyId)];
    expect(columns().map(({ id }) => id)).toEqual(ids);
    expect(columns().map(({ model }) => model)).toEqual(['demo/a', 'demo/b', 'demo/b']);
    for (const { generation, siblings: all } of columns()) {
      expect(generationView(page.state, generation?.id ?? '')?.state.name).toBe('queued');
      expect(all).toEqual(ids);
    }
    expect(pathRunningView(page.state, chatId)).toHaveLength(3);
    expect(elsewhereView(page.state, chatId)).toEqual([]);
  });

  it('[C80] stands in the order of its answers, whichever is selected', async () => {
    await compare();
    expect(columns().map(({ id }) => id)).toEqual(siblings);
  });

  it('[C88] a piece of one answer changes nothing that the others are drawn from', async () => {
    await compare();
    const before = page.state;
    page.server.deliver({ type: 'delta', generation: fakeId(55), at: 0, text: 'Hello' });
    expect(page.state).not.toBe(before);
    expect(comparedIn(chatView(page.state, chatId))).toBe(comparedIn(chatView(before, chatId)));
    for (const number of [51, 53, 55]) {
      expect(generationView(page.state, fakeId(number))).toBe(generationView(before, fakeId(number)));
    }
    expect(Object.keys(page.state.texts).sort()).toEqual([...siblings].sort());
    for (const number of [11, 13]) {
      expect(page.state.texts[fakeId(number)]).toBe(before.texts[fakeId(number)]);
    }
    expect(page.state.texts[fakeId(15)]?.text).toBe('Hello');
  });

  it('[C81] each answer ends with its own text, and is read from there', async () => {
    await compare();
    page.server.deliver({ type: 'delta', generation: fakeId(55), at: 0, text: 'Hello' }, ended(15, 6));
    expect(columns().map(({ text }) => text)).toEqual(['', '', 'Hello']);
    expect(page.tab.painter.read(fakeId(15)).text).toBe('Hello');
    expect(fakeId(15) in page.state.texts).toBe(false);
  });

  it('[C81] offsets of all of them are told when it comes back', async () => {
    await compare();
    page.server.deliver({ type: 'delta', generation: fakeId(51), at: 0, text: 'Hello' });
    await page.comeBack({ generations: [11, 13, 15].map(generationOf) });
    const have = page.server.of('watch').at(-1)?.have;
    expect(have).toHaveLength(3);
    expect(have).toContainEqual({ generation: fakeId(51), text: 5, reasoning: 0 });
  });

  it('[C82] Stop all stops each of its answers once', async () => {
    await compare();
    page.tab.comparisons.stopAll(chatId);
    page.tab.comparisons.stopAll(chatId);
    const stopped = page.server.of('stop').map(({ generationId }) => generationId);
    expect(stopped.sort()).toEqual([51, 53, 55].map(fakeId));
  });

  it('[C83] one that is tried again stays in its place', async () => {
    await compare();
    page.server.deliver({
      ...ended(15, 6),
      generation: { ...generationOf(15), state: { name: 'failed', code: 'upstream_error' } },
    });
    page.tab.continueAnswer(chatId, fakeId(15));
    expect(columns().map(({ id }) => id)).toEqual(siblings);
    expect(columns()[2]?.generation?.state.name).toBe('queued');
  });

  it('[C84] what is said before one is kept waits, also when all have ended', async () => {
    await compare();
    page.server.deliver(ended(11, 6), ended(13, 7), ended(15, 8));
    page.say('and then?');
    expect(page.path.followUps).toMatchObject([{ text: 'and then?' }]);
    expect(page.path.messages).toHaveLength(2);
    page.tab.comparisons.keep(chatId, fakeId(11));
    expect(page.server.of('keep')).toMatchObject([{ messageId: fakeId(11) }]);
    const messages = [fakeMessage(10, { parentId: null }), { ...column(11), generation: null }];
    page.server.deliver(fakePath({ revision: 9, messages, snapshot: false }));
    expect(columns()).toEqual([]);
    expect(page.path.messages[1]?.id).toBe(fakeId(11));
  });

  it('[C85] answers beside one that there is show at once, and that one stays', async () => {
    await page.connect({ chats: [fakeSummary()] });
    page.tab.watch(chatId);
    const messages = [fakeMessage(10, { parentId: null }), fakeMessage(11)];
    page.server.deliver(fakePath({ messages }));
    page.tab.comparisons.with(chatId, fakeId(11), ['demo/b', 'demo/c']);
    const [asked] = page.server.of('regenerate');
    expect(asked).toMatchObject({ messageId: fakeId(11), model: 'demo/b', also: [{ model: 'demo/c' }] });
    expect(columns().map(({ id }) => id)).toEqual([fakeId(11), asked?.replyId, asked?.also?.[0]?.replyId]);
    expect(page.path.messages.at(-1)?.id).toBe(fakeId(11));
  });

  it('[C86] that is sent offline survives a reload and goes exactly once, with all its answers', async () => {
    await page.settle();
    page.tab.send({ chatId, text: 'Hello', model: 'demo/a', also: ['demo/b'] });
    const server = await page.served();
    expect(server.stored).toHaveLength(1);
    expect(server.chat(chatId).beside).toHaveLength(1);
    server.losesAcks = true;
    server.cutAll();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(server.stored).toHaveLength(1);
    expect(page.browser.storage.keys('weir.outbox.')).toEqual([]);
  });

  it('[C86] one that is half written on disk is not sent', async () => {
    page.close();
    const ids = { requestId: fakeId(90), chatId, messageId: fakeId(91), replyId: fakeId(92) };
    const said = { kind: 'send', text: 'x', model: 'm', createdAt: 1, userId: null };
    const entry = { ...ids, generationId: fakeId(93), ...said };
    const left = [
      { ...entry, also: [{ replyId: fakeId(94) }] },
      { ...entry, requestId: fakeId(95) },
    ];
    page.browser.storage.write('weir.outbox.gone', JSON.stringify(left));
    page.open();
    await page.connect();
    expect(page.server.of('send').map(({ requestId }) => requestId)).toEqual([fakeId(95)]);
  });
});
