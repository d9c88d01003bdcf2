import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { FLOW_POINTS } from '#lib/wire/flow.ts';
import { FlowRecord } from './flow-record.ts';
import { Recent, spreadOf } from './recent.ts';
import { MODEL, type Rehearsal, rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

/** A record of its own over a rehearsal, with a clock that goes on by hand. */
function recorded(house: Rehearsal) {
  const time = { ms: 1_000_000 };
  const record = new FlowRecord({ ...house, now: () => time.ms });
  const second = () => {
    time.ms += 1_000;
    record.tick();
  };
  const lane = () => record.now.lanes.find(({ lane }) => lane === MODEL);
  return { time, record, second, lane };
}

describe('the flow', () => {
  it('[G22] shows what is open and what waits, by class, and how long it waited', async () => {
    const house = rehearse({ limit: 1 });
    const { second, record, lane } = recorded(house);
    await house.replies.begin(USER, sending('a'));
    await house.replies.begin(USER, sending('b'));
    const call = await house.models.nextCall();
    await settle();
    second();
    expect(record.now).toMatchObject({ limit: 1, held: 1, waiting: 1 });
    expect(lane()).toMatchObject({ held: 1, waiting: { interactive: 1, helper: 0, background: 0 } });
    house.gateTime.ms += 3_000;
    call.finish();
    await settle();
    second();
    expect(lane()?.waited).toEqual({ p50: 0, p95: 3_000 });
  });

  it('[G22] counts text as it comes, also of calls that end between two ticks', async () => {
    const house = rehearse();
    const { flow } = house;
    const lane = () => flow.now.lanes.find((one) => one.lane === MODEL);
    const send = sending('a');
    await house.replies.begin(USER, send);
    const call = await house.models.nextCall();
    for (const word of ['one', 'two', 'three']) call.say(word);
    flow.tick();
    expect(flow.mine(USER)).toMatchObject([{ generation: send.generationId, tokens: 3 }]);
    expect(flow.mine('user-2')).toEqual([]);
    call.say('four');
    call.finish();
    await settle();
    flow.tick();
    expect(lane()?.tokensPerSecond).toBeGreaterThan(0);
    expect(flow.mine(USER)).toEqual([]);
    flow.tick();
    expect(lane()?.tokensPerSecond).toBe(0);
  });

  it('[G22] divides what came by the time it took', () => {
    const house = rehearse();
    house.gate.setLaneLimit(MODEL, 4);
    const { record, time, lane } = recorded(house);
    const call = record.call(MODEL);
    for (let piece = 0; piece < 6; piece += 1) call.piece();
    time.ms += 2_000;
    record.tick();
    expect(lane()?.tokensPerSecond).toBe(3);
  });

  it('[G22] counts failures by cause, retries and first tokens of an answer', async () => {
    const house = rehearse();
    const send = sending('a');
    await house.replies.begin(USER, send);
    for (let turn = 0; turn < 2; turn += 1) {
      (await house.models.nextCall()).fail(new UpstreamFailure('upstream_error', { retryable: true }));
      await settle();
      house.sleeps[0]?.end();
    }
    (await house.models.nextCall()).say('at last');
    house.flow.tick();
    const [lane] = house.flow.now.lanes;
    expect(lane).toMatchObject({ retries: 2, failures: [{ code: 'upstream_error', count: 2 }] });
    expect(lane?.firstToken).not.toBeNull();
  });

  it('[G22] shows a lane that is closed, and how little it takes when it opens', async () => {
    const house = rehearse({ limit: 4 });
    const { second, lane } = recorded(house);
    await house.replies.begin(USER, sending('a'));
    const tooMany = new UpstreamFailure('upstream_rate_limited', { retryable: true, retryAfterMs: 2_000 });
    (await house.models.nextCall()).fail(tooMany);
    await settle();
    second();
    expect(lane()).toMatchObject({ limit: 4, workingLimit: 1, opensInMs: 2_000 });
  });

  it('[G22] keeps five minutes of points, oldest first', () => {
    const { second, record } = recorded(rehearse());
    for (let at = 0; at < FLOW_POINTS + 5; at += 1) second();
    expect(record.past).toHaveLength(FLOW_POINTS);
    expect((record.past.at(-1)?.at ?? 0) - (record.past[0]?.at ?? 0)).toBe((FLOW_POINTS - 1) * 1_000);
  });
});

describe('recent values', () => {
  it('are forgotten after five minutes, and the oldest when there are too many', () => {
    const recent = new Recent<number>();
    recent.add(1, 0);
    recent.add(2, 200_000);
    expect(recent.values(299_999)).toEqual([1, 2]);
    expect(recent.values(300_000)).toEqual([2]);
    for (let value = 0; value < 10_000; value += 1) recent.add(value, 300_000);
    expect(recent.values(300_000)).toEqual(Array.from({ length: 2_000 }, (_, at) => 8_000 + at));
    expect(recent.values(900_000)).toEqual([]);
  });

  it('have a middle and an end that are values of theirs', () => {
    expect(spreadOf([])).toBeNull();
    expect(spreadOf([7])).toEqual({ p50: 7, p95: 7 });
    expect(spreadOf(Array.from({ length: 100 }, (_, at) => 100 - at))).toEqual({ p50: 50, p95: 95 });
  });
});
