import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Exchange } from './undici-exchange.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An exchange whose headers have come, and the controller that undici would have given it. */
function refused() {
  const controller = { aborted: false, paused: false, reason: null, rawHeaders: [], rawTrailers: [] };
  const abort = vi.fn();
  const told = { ...controller, abort, pause: () => undefined, resume: () => undefined };
  const exchange = new Exchange();
  exchange.onRequestStart(told);
  exchange.onResponseStart(told, 502, { 'content-type': 'text/html' });
  return { exchange, abort, say: (text: string) => exchange.onResponseData(told, Buffer.from(text)) };
}

it('[F6] [U19] an error body that stops in the middle is read for five seconds, then its socket is closed', async () => {
  const { exchange, abort, say } = refused();
  const read = exchange.text(1_000);
  say('<html>half a');
  vi.advanceTimersByTime(4_999);
  expect(abort).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(await read).toBe('<html>half a');
  expect(abort).toHaveBeenCalledOnce();
  say(' page');
  expect(exchange.said).toBe('<html>half a');
});

it('[F6] [U19] an error body is read to its limit and not a byte further', async () => {
  const { exchange, abort, say } = refused();
  const read = exchange.text(10);
  for (let part = 0; part < 5; part += 1) say('123456');
  expect(await read).toBe('1234561234');
  expect(abort).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});
