import { describe, expect, it } from 'vitest';
import { activityView, elsewhereView, pathActivityView } from './activity-view.ts';
import { chatId, fakeId, fakePath, fakeSummary, running } from './fake-events.ts';
import { TabFixture } from './tab-fixture.ts';

const hidden = { ...running, id: fakeId(80), messageId: fakeId(81) };

describe('what runs in a chat', () => {
  const page = new TabFixture();

  it('[C27] an answer on the path is that of the composer, one on another branch is named apart', async () => {
    await page.connect({ chats: [fakeSummary()], generations: [running, hidden] });
    expect(pathActivityView(page.state, chatId)).not.toBeNull();
    expect(elsewhereView(page.state, chatId)).toEqual([]);
    page.tab.watch(chatId);
    page.server.deliver(fakePath());
    expect(pathActivityView(page.state, chatId)?.id).toBe(running.id);
    expect(elsewhereView(page.state, chatId).map(({ id }) => id)).toEqual([hidden.id]);
  });

  it('[C27] where only another branch runs, nothing is there to stop on this one', async () => {
    await page.connect({ chats: [fakeSummary()], generations: [hidden] });
    page.tab.watch(chatId);
    const answer = fakePath().messages.map((message) => ({ ...message, generation: null }));
    page.server.deliver({ ...fakePath(), messages: answer });
    expect(pathActivityView(page.state, chatId)).toBeNull();
    expect(activityView(page.state, chatId)?.id).toBe(hidden.id);
  });

  it('[C27] a follow-up that is still in the outbox runs on no other branch', async () => {
    await page.showRunning();
    page.say('next');
    expect(page.path.followUps).toMatchObject([{ text: 'next' }]);
    expect(elsewhereView(page.state, chatId)).toEqual([]);
  });

  it('[C17] a follow-up that was edited or withdrawn shows it at once, also without a connection', async () => {
    await page.showRunning();
    const followUps = [70, 71].map((id) => ({
      ...{ messageId: fakeId(id), text: `text ${id}`, model: 'demo/echo', createdAt: 1 },
    }));
    page.server.deliver({ ...fakePath(), followUps });
    page.server.drop();
    page.tab.editFollowUp(chatId, fakeId(70), 'better');
    page.tab.withdrawFollowUp(chatId, fakeId(71));
    expect(page.path.followUps).toMatchObject([{ messageId: fakeId(70), text: 'better' }]);
    expect(page.path).toBe(page.path);
  });

  it('[C17] a withdrawal waits for the send that it takes back', async () => {
    await page.showRunning();
    page.say('next');
    const [send] = page.server.of('send');
    page.tab.withdrawFollowUp(chatId, send?.messageId ?? '');
    expect(page.path.followUps).toEqual([]);
    expect(page.server.of('withdraw-follow-up')).toEqual([]);
    page.server.deliver({ type: 'ack', requestId: send?.requestId ?? '', held: true });
    expect(page.server.of('withdraw-follow-up')).toHaveLength(1);
  });
});
