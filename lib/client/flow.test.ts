import { describe, expect, it } from 'vitest';
import { FLOW_POINTS } from '#lib/wire/flow.ts';
import { allActivityView } from './activity-view.ts';
import { chatId, fakeId, fakeSummary, running } from './fake-events.ts';
import { fakeFlow, fakePoint, fakeRace } from './fake-flow.ts';
import { fakeGeneration } from './fake-server.ts';
import { TabFixture } from './tab-fixture.ts';
import { generationView } from './view.ts';

const page = new TabFixture();

const other = fakeGeneration({ id: fakeId(51), chatId: fakeId(2), messageId: fakeId(21) });
const seconds = () => page.state.flow?.points.map(({ at }) => at / 1000);
const states = () => allActivityView(page.state).map(({ state }) => state.name);
const busy = { chats: [fakeSummary()], generations: [running, other] };

describe('watching the flow', () => {
  it('[C30] it is asked for once however many look, and ends with the last', async () => {
    await page.connect();
    const [leavePanel, leavePage] = [page.tab.flow.watch(), page.tab.flow.watch()];
    leavePanel();
    leavePanel();
    expect(page.server.of('flow')).toEqual([{ type: 'flow', on: true }]);
    leavePage();
    expect(page.server.of('flow').map(({ on }) => on)).toEqual([true, false]);
  });

  it('[C30] a new connection is asked again, but only while somebody looks', async () => {
    await page.connect();
    const leave = page.tab.flow.watch();
    await page.comeBack();
    expect(page.server.of('flow')).toEqual([{ type: 'flow', on: true }]);
    leave();
    await page.comeBack();
    expect(page.server.of('flow')).toEqual([]);
  });

  it('[C31] the past replaces what was kept, and later points are added once', async () => {
    await page.connect();
    page.server.deliver({ ...fakeFlow(3), past: [fakePoint(1), fakePoint(2), fakePoint(3)] });
    page.server.deliver(fakeFlow(4));
    page.server.deliver(fakeFlow(4));
    expect(seconds()).toEqual([1, 2, 3, 4]);
    expect(page.state.flow?.points.at(-1)?.lanes[0]).toMatchObject({ held: 1, waiting: 3 });
    page.server.deliver({ ...fakeFlow(100), past: [fakePoint(99)] });
    expect(seconds()).toEqual([99, 100]);
  });

  it('[C31] five minutes are kept', async () => {
    await page.connect();
    const past = Array.from({ length: FLOW_POINTS }, (_, second) => fakePoint(second));
    page.server.deliver({ ...fakeFlow(FLOW_POINTS), past });
    expect([seconds()?.length, seconds()?.[0]]).toEqual([FLOW_POINTS, 1]);
  });

  it('[C8] nothing of another person stays', async () => {
    await page.connect();
    page.server.deliver(fakeFlow(1), { type: 'race', race: fakeRace() });
    await page.comeBack({ userId: 'user-2' });
    expect([page.state.flow, page.state.race]).toEqual([null, undefined]);
  });

  it('[C34] what runs comes first, then what is tried again, then the queue in its order', async () => {
    const at = (id: number, state: typeof running.state) =>
      fakeGeneration({ id: fakeId(id), chatId: fakeId(id), messageId: fakeId(id), queuedAt: id, state });
    const generations = [
      at(60, { name: 'queued', position: null, etaMs: null }),
      at(61, { name: 'queued', position: 2, etaMs: null }),
      at(62, { name: 'queued', position: 1, etaMs: null }),
      at(63, { name: 'retrying', attempt: 2, inMs: 1_000, code: 'upstream_error' }),
      at(65, { name: 'streaming' }),
      at(64, { name: 'connecting' }),
    ];
    await page.connect({ generations });
    const order = allActivityView(page.state).map(({ queuedAt }) => queuedAt);
    expect(order).toEqual([64, 65, 63, 62, 61, 60]);
  });
});

describe('stopping everything', () => {
  it('[C32] one request, and everything shows that it stops', async () => {
    await page.connect(busy);
    page.tab.flow.stopAll();
    page.tab.flow.stopAll();
    expect([page.server.of('stop-all').length, page.server.of('stop').length]).toEqual([1, 0]);
    expect(states()).toEqual(['stopping', 'stopping']);
    expect(generationView(page.state, other.id)?.state.name).toBe('stopping');
    page.refuse('storage_unavailable', page.server.of('stop-all')[0]?.requestId ?? '');
    expect(states()).toEqual(['streaming', 'streaming']);
    expect(page.notices).toHaveLength(1);
  });

  it('[C32] a send that the server may not know yet is stopped too, once it is confirmed', async () => {
    await page.connect();
    page.say();
    const [send] = page.server.of('send');
    page.tab.flow.stopAll();
    page.server.deliver({ type: 'ack', requestId: send?.requestId ?? '' });
    expect(page.server.of('stop').map(({ generationId }) => generationId)).toEqual([send?.generationId]);
  });

  it('[C32] a refused send is not about to run: sent again later, it is not stopped', async () => {
    await page.connect();
    page.say();
    const requestId = page.server.of('send')[0]?.requestId ?? '';
    page.refuse('queue_full', requestId);
    page.tab.flow.stopAll();
    page.tab.retryPending(requestId);
    page.server.deliver({ type: 'ack', requestId });
    expect([page.server.of('send').length, page.server.of('stop').length]).toEqual([2, 0]);
  });

  it('[C32] without a connection only what runs now is stopped, not what is sent later', async () => {
    await page.connect(busy);
    page.server.drop();
    page.tab.flow.stopAll();
    page.say('later');
    expect(states()).toEqual(['stopping', 'stopping', 'queued']);
    await page.comeBack(busy);
    expect(page.server.of('stop-all')).toEqual([]);
    expect(page.server.of('stop').map(({ generationId }) => generationId)).toEqual([running.id, other.id]);
  });

  it('[C32] a connection that is lost before the answer leaves no stop for what is sent later', async () => {
    await page.connect(busy);
    page.tab.flow.stopAll();
    await page.comeBack(busy);
    expect([page.server.of('stop-all').length, page.server.of('stop').length]).toEqual([0, 2]);
  });
});

describe('racing', () => {
  it('[C33] a race is asked for once and forgotten with its connection', async () => {
    await page.connect();
    page.tab.flow.race('demo/echo', ['one']);
    page.tab.flow.race('demo/echo', ['one']);
    expect(page.server.of('race')).toMatchObject([{ model: 'demo/echo', prompts: ['one'] }]);
    await page.comeBack();
    expect([page.server.of('race'), page.state.requests]).toEqual([[], []]);
  });

  it('[C33] none is asked for without a connection', async () => {
    await page.connect();
    page.server.drop();
    page.tab.flow.race('demo/echo', ['one']);
    expect(page.state.requests).toEqual([]);
  });

  it('[C33] a refusal is told, and that there is nothing to stop is not', async () => {
    await page.connect();
    page.tab.flow.race('demo/echo', ['one']);
    const requestId = page.server.of('race')[0]?.requestId ?? '';
    page.refuse('conflict', requestId);
    expect(page.notices).toEqual([
      { kind: 'refused', message: 'Too many wait.', code: 'conflict', requestId },
    ]);
    page.tab.flow.stopRace();
    page.refuse('not_running', page.server.of('stop-race')[0]?.requestId ?? '');
    expect([page.notices.length, page.state.requests]).toEqual([1, []]);
  });

  it('[C15] prompts that fit into no frame are refused here, in words', async () => {
    await page.connect();
    page.tab.flow.race('demo/echo', Array(40).fill('x'.repeat(4_000)));
    expect(page.server.of('race')).toEqual([]);
    expect(page.notices).toMatchObject([{ code: 'too_long', message: expect.stringContaining('bytes') }]);
  });

  it('[C33] a race that another tab began is known', async () => {
    await page.connect();
    page.server.deliver({ type: 'race', race: fakeRace() });
    expect(page.state.race?.model).toBe('demo/echo');
    expect(page.state.chats[chatId]).toBeUndefined();
  });
});
