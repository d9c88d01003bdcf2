import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { analysing } from '#lib/jobs/analysis-fixture.ts';
import type { ChatStore } from '#lib/store/chat-store.ts';
import { memoryChatStore } from '#lib/store/memory-chat-store.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { openCatalog } from '#lib/upstream/catalog.ts';
import { scriptedUpstream } from '#lib/upstream/demo/house-fixture.ts';
import { openaiUpstream } from '#lib/upstream/openai-model.ts';
import { type AnalysisEvent, analysisEvent, type NewAnalyses } from '#lib/wire/analysis.ts';
import { analysisEvents } from './analysis-events.ts';
import { eventStream } from './analysis-stream.ts';
import { testServer } from './test-server.ts';

const upstream = scriptedUpstream();
const model = 'up/scripted-paced';

/** The routes on a real port, over the real client of the scripted upstream. */
async function world({ store, clock }: { store?: ChatStore; clock?: () => number } = {}) {
  const { port, server } = upstream();
  const one = { name: 'up', baseUrl: `http://127.0.0.1:${port}/v1`, key: null, timeouts: {} };
  const catalog = await openCatalog({
    config: {
      upstreams: [{ ...one, models: ['scripted-paced'], embeddingModels: [] }],
      model: null,
      findsLocal: false,
    },
    log: memoryLog(),
    ownPort: 0,
    connect: openaiUpstream,
  });
  const house = analysing({ models: catalog, ...(store ? { store } : {}), ...(clock ? { clock } : {}) });
  const weir = await testServer({ analyses: house.analyses });
  onTestFinished(async () => {
    house.close();
    await catalog.close();
  });
  const { cookie } = weir.auth.guest();
  const ask = (wanted: Partial<NewAnalyses>, signal?: AbortSignal) =>
    fetch(`${weir.origin}/api/analyses`, {
      method: 'POST',
      headers: { cookie, origin: weir.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ model, kinds: [], questions: [], ...wanted }),
      ...(signal ? { signal } : {}),
    });
  return { ...house, weir, ask, cookie, control: server.control };
}

const play = (directive: string) => `[[script:${directive}]]`;

async function* eventsOf(response: Response): AsyncGenerator<AnalysisEvent> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const event of whole) {
      if (event.startsWith('data: ')) yield analysisEvent.parse(JSON.parse(event.slice(6)));
    }
  }
}

describe('analyses over HTTP', () => {
  it('[J60] [J62] stream side by side on one response, three in the time of the slowest', async () => {
    const time = { ms: 0 };
    const { ask, control } = await world({ clock: () => time.ms });
    const paced = (words: number, mark: string) => play(`paced n=${words} d=0 k=1 hold=${mark} mark=${mark}`);
    const wanted = {
      text: paced(16, 's'),
      kinds: ['summary' as const],
      questions: [paced(8, 'a'), paced(12, 'b')],
    };
    const response = await ask(wanted);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events: AnalysisEvent[] = [];
    const stream = eventsOf(response);
    const read = async (type: AnalysisEvent['type'], count: number) => {
      while (events.filter((event) => event.type === type).length < count) {
        const { value } = await stream.next();
        if (value === undefined) throw new Error(`the stream ended before ${count} of ${type}`);
        events.push(value);
      }
    };
    // All three have begun before the first one may end.
    await read('delta', 3);
    for (const [at, mark] of ['a', 'b', 's'].entries()) {
      time.ms += 400;
      control.release(mark);
      await read('done', at + 1);
    }
    await read('times', 1);
    const texts = ['', '', ''];
    for (const event of events) {
      if (event.type !== 'delta') continue;
      expect(event.at).toBe(texts[event.analysis]?.length);
      texts[event.analysis] += event.text;
    }
    expect(texts.map((text) => text.split(' ').length)).toEqual([16, 8, 12]);
    expect(control.stats().maxOpen).toBe(3);
    const firstEnd = events.findIndex(({ type }) => type === 'done');
    const begun = events.slice(0, firstEnd).filter(({ type }) => type === 'delta');
    expect(new Set(begun.map((event) => 'analysis' in event && event.analysis)).size).toBe(3);
    const times = events.at(-1);
    if (times?.type !== 'times') throw new Error('the times are missing');
    expect(times).toMatchObject({ count: 3, wholeMs: 1_200, slowestMs: 1_200 });
  });

  it('[J64] a closed page closes the sockets of all its calls at the model server', async () => {
    const { ask, control, gate } = await world();
    const leaving = new AbortController();
    const questions = ['a', 'b', 'c'].map((mark) => play(`stall k=1 d=0 mark=${mark}`));
    const response = await ask({ text: 'x', questions }, leaving.signal);
    const reader = response.body?.getReader();
    await reader?.read();
    await expect.poll(() => control.calls().filter(({ sentText }) => sentText !== '').length).toBe(3);
    leaving.abort();
    await expect
      .poll(() => control.calls().map(({ outcome }) => outcome), { timeout: 1_000 })
      .toEqual(['aborted', 'aborted', 'aborted']);
    await expect.poll(() => gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('[J64] who hangs up while a chat is being read leaves no call behind', async () => {
    const chats = memoryChatStore();
    const reading = Promise.withResolvers<void>();
    const read = Promise.withResolvers<void>();
    const page: ChatStore['page'] = async () => {
      reading.resolve();
      await read.promise;
      const message = { id: '1', parentId: null, role: 'user' as const, reasoning: '', model: null };
      const said = { ...message, text: play('hang'), createdAt: 0, siblings: ['1'], generation: null };
      const chat = { id: 'c', title: '', model, createdAt: 0, updatedAt: 0, unread: false, ended: null };
      return { chat, revision: 1, messages: [said], beside: [], hasOlder: false, followUps: [] };
    };
    const { ask, gate, analyses, weir } = await world({ store: { ...chats, page } });
    const started = vi.spyOn(analyses, 'start');
    const leaving = new AbortController();
    const chatId = '018f0000-0000-7000-8000-000000000000';
    const asked = ask({ chatId, kinds: ['summary', 'facts'] }, leaving.signal).catch(() => 'left');
    await reading.promise;
    leaving.abort();
    expect(await asked).toBe('left');
    await new Promise((resolve) => setTimeout(resolve, 50));
    read.resolve();
    const run = await started.mock.results[0]?.value;
    await run.over;
    expect(gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
    expect(weir.log.lines).toEqual([]);
  });

  it('[J63] one that fails says its code and a sentence, and the others end well', async () => {
    const { ask } = await world();
    const questions = [play('status code=400'), play('paced n=2 d=0')];
    const events: AnalysisEvent[] = [];
    for await (const event of eventsOf(await ask({ text: 'x', questions }))) events.push(event);
    expect(events.filter(({ type }) => type === 'failed')).toMatchObject([
      { analysis: 0, code: 'upstream_rejected', message: 'The model server rejected this request.' },
    ]);
    expect(events.filter(({ type }) => type === 'done')).toMatchObject([{ analysis: 1, finish: 'stop' }]);
  });

  it('[H3] [J65] are for pages of ours with a session, and what is wrong is said before anything is asked', async () => {
    const { ask, weir, cookie, control } = await world();
    const body = JSON.stringify({ text: 'x', model, kinds: ['summary'], questions: [] });
    expect((await weir.ask('POST', '/api/analyses', { origin: 'http://evil', cookie }, body)).status).toBe(
      403,
    );
    expect((await weir.askAsPage('POST', '/api/analyses', {}, body)).status).toBe(401);
    expect((await weir.askAsPage('GET', '/api/analyses', { cookie })).status).toBe(405);
    const refused = await ask({ text: 'x'.repeat(200_001), kinds: ['summary'] });
    expect([refused.status, (await refused.json()).error.code]).toEqual([413, 'too_long']);
    expect((await ask({ text: 'x' })).status).toBe(400);
    expect((await ask({ text: 'x'.repeat(2_200_000), kinds: ['facts'] })).status).toBe(413);
    const chatId = '018f0000-0000-7000-8000-000000000000';
    expect((await ask({ chatId, kinds: ['facts'] })).status).toBe(404);
    expect(control.calls()).toEqual([]);
    expect(weir.log.lines).toEqual([]);
  });

  it('[J67] a slow reader gets larger pieces; one who takes nothing is given up', async () => {
    const { analyses, script, close } = analysing();
    onTestFinished(close);
    const leaving = new AbortController();
    const wanted: NewAnalyses = { text: 'x', model: 'test/model', kinds: ['facts'], questions: [] };
    const run = await analyses.start('anna', wanted, leaving.signal);
    const stuck = Promise.withResolvers<void>();
    const ports = { gone: () => leaving.abort(), stuck: stuck.resolve, stuckMs: 50 };
    const reader = eventStream(analysisEvents(run, leaving.signal), ports).getReader();
    const next = async () =>
      analysisEvent.parse(JSON.parse(new TextDecoder().decode((await reader.read()).value).slice(6)));
    const call = await script.nextCall();
    expect([await next(), await next()].map(({ type }) => type)).toEqual(['queued', 'started']);
    for (let at = 0; at < 1_000; at += 1) call.say('word ');
    expect(await next()).toMatchObject({ type: 'delta', at: 0, text: 'word '.repeat(1_000) });
    call.say('more');
    await stuck.promise;
    await reader.cancel();
    await run.over;
    expect(call.aborted).toBe(true);
  });

  it('[J67] a reader who waits hears a beat', async () => {
    const { analyses, close } = analysing({ limit: 1 });
    onTestFinished(close);
    const leaving = new AbortController();
    const wanted: NewAnalyses = { text: 'x', model: 'test/model', kinds: ['facts'], questions: [] };
    const events = analysisEvents(await analyses.start('anna', wanted, leaving.signal), leaving.signal, 20);
    for (let at = 0; at < 2; at += 1) await events.next();
    expect((await events.next()).value).toBeNull();
    leaving.abort();
    expect((await events.next()).done).toBe(true);
  });
});
