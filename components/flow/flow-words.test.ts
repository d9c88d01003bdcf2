import { describe, expect, it } from 'vitest';
import { fakeLane } from '#lib/client/fake-flow.ts';
import { hasNews, laneWords, rate, spreadWords } from './flow-words.ts';
import { laneNotes } from './page/lane-notes.ts';

const idle = { held: 0, waiting: { interactive: 0, helper: 0, background: 0 } };

describe('the words of a lane', () => {
  it('[C38] the first thing that holds it up is what is said', () => {
    const adapting = fakeLane({ workingLimit: 2, opensInMs: 9_000 });
    expect(laneWords(adapting, 8_200).label).toBe('Closed by the model server, opens in 9 s');
    expect(laneWords(adapting, -1).label).toBe('Takes 2 of 4 calls at the moment');
    expect(laneWords(fakeLane({ held: 4 }), null).label).toBe('All calls in use');
    expect(laneWords(fakeLane(), null).label).toBe('Open');
    expect(laneWords(fakeLane(idle), null)).toEqual({ label: 'Idle', tone: 'calm' });
  });

  it('[C38] numbers that are not known are not made up', () => {
    expect(spreadWords(null)).toBe('–');
    expect(spreadWords({ p50: 400, p95: 12_345 })).toBe('0.4 s / 12 s');
    expect(laneNotes(fakeLane())).toEqual([]);
    expect([rate(0), rate(3.21), rate(42.4)]).toEqual(['0 tokens/s', '3.2 tokens/s', '42 tokens/s']);
  });

  it('[C38] one in which nothing has happened lately is no news', () => {
    expect(hasNews(fakeLane(idle))).toBe(false);
    const news = [
      { held: 1 },
      { opensInMs: 1 },
      { workingLimit: 1 },
      { retries: 1 },
      { waited: { p50: 1, p95: 1 } },
    ];
    expect(news.map((change) => hasNews(fakeLane({ ...idle, ...change })))).toEqual(news.map(() => true));
  });

  it('[C38] what is known of it is said, failures by cause', () => {
    const lane = fakeLane({
      firstToken: { p50: 400, p95: 900 },
      tokens: { perMinute: 60_000, left: -20.5 },
      retries: 1,
      failures: [
        { code: 'upstream_rate_limited', count: 3 },
        { code: 'upstream_reset', count: 1 },
      ],
    });
    expect(laneNotes(lane)).toEqual([
      'First token after 0.4 s (p95 0.9 s)',
      '-21 of 60,000 tokens a minute left',
      '1 retry in five minutes',
      'Failed in five minutes: 3 × too many requests (429), 1 × connection dropped',
    ]);
  });
});
