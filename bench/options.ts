import { parseArgs } from 'node:util';
import { limits } from '#lib/wire/protocol.ts';
import type { Script } from './script.ts';

export interface Options {
  streams: number;
  /** Chats on one socket. */
  perSocket: number;
  rounds: number;
  /** Milliseconds over which the requests of a round are spread. */
  rampMs: number;
  script: Script;
  /** A folder for CPU profiles of Weir; null for none. */
  profile: string | null;
}

export const usage = `npm run bench -- [options]
  --streams N      answers at once (200)
  --per-socket K   chats on one socket, at most ${limits.watchedChats} (1)
  --tokens T       tokens of one answer (as many as keep all streams open together for 4 s)
  --every MS       from one token to the next (100)
  --first MS       from the request to the first token (300)
  --ramp MS        over which the requests of a round are spread (25 a stream, at least 2000)
  --rounds R       of each server; figures are medians (2)
  --profile DIR    writes a CPU profile of each of Weir's rounds there`;

/** 40 new chats a second: a rate that the embedded database can follow, so that streams are measured and not its queue. */
const RAMP_MS_PER_STREAM = 25;
/** How long all streams are open together when nobody says how long an answer is. */
const TOGETHER_MS = 4_000;

/** @throws one line that names the option that is wrong */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: shape });
  const whole = (name: Whole, usual: number, { least = 1, most = 1_000_000 } = {}) => {
    const value = Number(values[name] ?? usual);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new Error(`--${name} ${values[name]}: expected a whole number from ${least} to ${most}.`);
  };
  const streams = whole('streams', 200, { most: 20_000 });
  const rampMs = whole('ramp', Math.max(2_000, streams * RAMP_MS_PER_STREAM), { least: 0 });
  const everyMs = whole('every', 100, { least: 0 });
  return {
    streams,
    perSocket: whole('per-socket', 1, { most: limits.watchedChats }),
    rounds: whole('rounds', 2, { most: 99 }),
    rampMs,
    script: {
      tokens: whole('tokens', Math.ceil((rampMs + TOGETHER_MS) / Math.max(1, everyMs)), { most: 100_000 }),
      everyMs,
      firstMs: whole('first', 300, { least: 0 }),
    },
    profile: values.profile ?? null,
  };
}

const text = { type: 'string' } as const;
const shape = {
  streams: text,
  'per-socket': text,
  tokens: text,
  every: text,
  first: text,
  ramp: text,
  rounds: text,
  profile: text,
};
type Whole = Exclude<keyof typeof shape, 'profile'>;
