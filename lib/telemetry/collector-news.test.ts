import { describe, expect, it } from 'vitest';
import { CollectorNews } from './collector-news.ts';
import { memoryLog } from './memory-log.ts';

const hour = 60 * 60_000;

function newsroom() {
  const log = memoryLog();
  const time = { now: 0 };
  const news = new CollectorNews(log, () => time.now);
  const told = () => log.lines.map(({ level, fields }) => [level, fields.missed]);
  return { news, time, told };
}

describe('news of the collector', () => {
  it('[T9] one line an hour while it is away, with how much was missed', () => {
    const { news, time, told } = newsroom();
    for (let at = 0; at <= hour; at += hour / 60) {
      time.now = at;
      news.missed('ECONNREFUSED');
    }
    expect(told()).toEqual([
      ['warn', 1],
      ['warn', 61],
    ]);
  });

  it('[T9] its return is told once, and one that comes and goes is no chatter', () => {
    const { news, told } = newsroom();
    news.arrived();
    for (let flap = 0; flap < 5; flap += 1) {
      news.missed(503);
      news.arrived();
    }
    expect(told()).toEqual([
      ['warn', 1],
      ['info', 1],
    ]);
  });
});
