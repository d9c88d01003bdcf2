import type { Answer } from './answer.ts';
import type { Params } from './directive.ts';
import { markdown } from './long-markdown.ts';
import { drip, flood, giant, gzipBomb, torture } from './scripts-bytes.ts';
import { call } from './scripts-calls.ts';
import { afterDone, doneOnly, html, json, noDone, odd, terminator } from './scripts-endings.ts';
import {
  cut,
  cutJson,
  errorInStream,
  hang,
  malformed,
  pings,
  resetAfter,
  resetBefore,
  stall,
} from './scripts-faults.ts';
import { rateLimited, redirect, refuseUsage, status } from './scripts-status.ts';
import { contentFilter, echo, empty, length, paced, reasoning, refusal, tools } from './scripts-whole.ts';

/** Plays one call from its first byte to its last. */
export type Script = (answer: Answer, params: Params) => Promise<void>;

/**
 * Every script by name. All of them know `gate=key` (waits before the headers until a test releases the key) and
 * `times=k` (after k calls with the same `key`, by default the same prompt, a plain `paced` answer comes instead).
 */
export const scripts: ReadonlyMap<string, Script> = new Map<string, Script>([
  ['paced', paced],
  ['echo', echo],
  ['reasoning', reasoning],
  ['tools', tools],
  ['call', call],
  ['length', length],
  ['content-filter', contentFilter],
  ['refusal', refusal],
  ['empty', empty],
  ['status', status],
  ['429', rateLimited],
  ['refuse-usage', refuseUsage],
  ['redirect', redirect],
  ['reset-before', resetBefore],
  ['reset-after', resetAfter],
  ['cut', cut],
  ['cut-json', cutJson],
  ['stall', stall],
  ['hang', hang],
  ['pings', pings],
  ['malformed', malformed],
  ['error-in-stream', errorInStream],
  ['terminator', terminator],
  ['no-done', noDone],
  ['done-only', doneOnly],
  ['after-done', afterDone],
  ['json', json],
  ['html', html],
  ['odd', odd],
  ['torture', torture],
  ['markdown', markdown],
  ['giant', giant],
  ['flood', flood],
  ['drip', drip],
  ['gzip-bomb', gzipBomb],
]);
