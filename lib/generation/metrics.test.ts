import { expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';
const call = { upstream: 'test', model: 'model', operation: 'chat' };

it('[T1] [T2] [T3] an answer that is done has passed every hop and counts as one call', async () => {
  const { replies, models, meter } = rehearse();
  await replies.begin(USER, sending('hello'));
  const upstream = await models.nextCall();
  upstream.say('Good day');
  upstream.finish('stop', { tokensIn: 3, tokensOut: 2 });
  await settle();
  // Headers are the real client's to tell, the first frame a socket's.
  expect(meter.hops.map(({ hop }) => hop)).toEqual(['accepted', 'queued', 'permit', 'first_delta', 'end']);
  expect(meter.hops.every(({ labels }) => labels.class === 'interactive')).toBe(true);
  expect(meter.calls).toMatchObject([
    { call, finish: 'stop', error: null, usage: { tokensIn: 3, tokensOut: 2 } },
  ]);
  expect(meter.endings).toEqual([{ ending: 'done', call }]);
});

it('[T2] [T3] a failure counts with its code, and the repeat as one', async () => {
  const { replies, models, meter, sleeps } = rehearse();
  await replies.begin(USER, sending('hello'));
  (await models.nextCall()).fail(new UpstreamFailure('upstream_error', { retryable: true }));
  await settle();
  sleeps[0]?.end();
  (await models.nextCall()).finish();
  await settle();
  expect(meter.calls.map(({ error }) => error)).toEqual(['upstream_error', null]);
  expect(meter.retries).toEqual([{ code: 'upstream_error', call }]);
});

it('[T2] [G22] a stop is counted as one, and is no failure of the model server', async () => {
  const { replies, models, meter, generations, flow } = rehearse();
  const send = sending('hello');
  await replies.begin(USER, send);
  (await models.nextCall()).say('half');
  generations.stop(USER, send.generationId);
  await settle();
  expect(meter.calls.map(({ error }) => error)).toEqual(['aborted']);
  expect(meter.endings).toEqual([{ ending: 'stopped', call }]);
  flow.tick();
  expect(flow.now.lanes[0]?.failures).toEqual([]);
});
