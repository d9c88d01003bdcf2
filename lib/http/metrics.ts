import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { isLoopback } from '#lib/auth/address.ts';
import type { Problem } from './problem.ts';

export interface MetricsParts {
  /** All metrics in Prometheus' text format. */
  exposition: () => Promise<string>;
  /** What a reader has to show; null: only this machine itself may read. */
  token: string | null;
  /** Origins besides the served address are configured, so a proxy may stand between, and everybody look like loopback. */
  mayBeProxied: boolean;
}

const contentType = 'text/plain; version=0.0.4; charset=utf-8';
const tracesOfProxies = new Set(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']);

const wrongToken: Problem = {
  status: 401,
  code: 'unauthorized',
  message: 'Send the token of WEIR_METRICS_TOKEN as "Authorization: Bearer …".',
  headers: { 'WWW-Authenticate': 'Bearer' },
};

const fromOutside: Problem = {
  status: 403,
  code: 'forbidden',
  message:
    'Without a token, metrics are read from the machine of Weir itself, past any proxy. Set WEIR_METRICS_TOKEN and send it.',
};

/** Why this request may not read metrics; null when it may. */
export function metricsProblem(
  c: Context<{ Bindings: HttpBindings }>,
  { token, mayBeProxied }: MetricsParts,
): Problem | null {
  if (token !== null) return showsToken(c, token) ? null : wrongToken;
  const isHere = isLoopback(getConnInfo(c).remote.address ?? '') && isOwnName(c.req.header('host'));
  return isHere && !isForwarded(c.env) && !mayBeProxied ? null : fromOutside;
}

export async function serveMetrics(c: Context, { exposition }: MetricsParts) {
  return c.body(await exposition(), 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
}

/** Compared as digests: of equal length, and in time that says nothing of how much was right. */
function showsToken(c: Context, token: string): boolean {
  const [, shown] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  return shown !== undefined && timingSafeEqual(digest(shown), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** As it was sent: what proxies say has been dropped from the headers by now. */
function isForwarded({ incoming }: HttpBindings): boolean {
  return incoming.rawHeaders.some((name, at) => at % 2 === 0 && tracesOfProxies.has(name.toLowerCase()));
}

/** A page of a foreign site whose name was made to point at loopback still sends that name. */
function isOwnName(host: string | undefined): boolean {
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  return name === 'localhost' || isLoopback(name.replaceAll(/[[\]]/g, ''));
}
