import { performance } from 'node:perf_hooks';
import { setTimeout as timeout } from 'node:timers/promises';

/** Milliseconds, monotonic. */
export const clock = () => performance.now();
/** Milliseconds since 1970. */
export const { now } = Date;
export const { random } = Math;
/** Rejects when the signal aborts. */
export const sleep = (ms: number, signal?: AbortSignal) => timeout(ms, undefined, signal ? { signal } : {});
