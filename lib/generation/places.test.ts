import { expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { Places } from './places.ts';
import { rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

const tooMany = (retryAfterMs: number) =>
  new UpstreamFailure('upstream_rate_limited', { retryable: true, retryAfterMs });

function scene(limit: number) {
  const house = rehearse({ limit });
  const now = () => Date.now() + house.gateTime.ms;
  const places = new Places({ ...house, now });
  house.gate.on(() => places.change());
  const stateOf = (id: string) => house.generations.find(id)?.state;
  return { house, places, stateOf };
}

it('[A11] whoever waits is told the place, and when it changes', async () => {
  const { house, places, stateOf } = scene(1);
  const [first, second, third] = [sending('a'), sending('b'), sending('c')];
  for (const send of [first, second, third]) await house.replies.begin(USER, send);
  await settle();
  places.tick();
  expect(stateOf(third.generationId)).toMatchObject({ name: 'queued', position: 2 });
  (await house.models.nextCall()).finish();
  await settle();
  places.tick();
  expect(stateOf(third.generationId)).toMatchObject({ name: 'queued', position: 1 });
});

it('[G17] a lane that stays closed for longer is counted down for longer, then there is a place again', async () => {
  const { house, places, stateOf } = scene(2);
  const [first, second] = [sending('a'), sending('b')];
  for (const send of [first, second]) await house.replies.begin(USER, send);
  const calls = [await house.models.nextCall(), await house.models.nextCall()];
  calls[0]?.fail(tooMany(2_000));
  await settle();
  calls[1]?.fail(tooMany(60_000));
  await settle();
  places.tick();
  expect(stateOf(first.generationId)).toMatchObject({ name: 'retrying' });
  expect(house.generations.find(first.generationId)?.view().state).toMatchObject({
    inMs: expect.closeTo(60_000, -3),
  });
  await house.pass(59_000);
  places.tick();
  expect(stateOf(first.generationId)?.name).toBe('retrying');
  await house.pass(1_000);
  places.tick();
  // The lane reopens with one call.
  const names = [first, second].map(({ generationId }) => stateOf(generationId)?.name).sort();
  expect(names).toEqual(['connecting', 'queued']);
});

it('[G17] what is left of a countdown is told, not what it was at first', async () => {
  const { house } = scene(1);
  const send = sending('a');
  await house.replies.begin(USER, send);
  (await house.models.nextCall()).fail(tooMany(60_000));
  await settle();
  const generation = house.generations.find(send.generationId);
  const later = (generation?.retriesAt ?? 0) - 10_000;
  expect(generation?.view(later).state).toMatchObject({ name: 'retrying', inMs: 10_000 });
  expect(generation?.view(later + 20_000).state).toMatchObject({ name: 'retrying', inMs: 0 });
});
