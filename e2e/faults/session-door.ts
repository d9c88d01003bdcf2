import type { RawClient } from '../raw-client.ts';
import type { Weir } from '../weir.ts';
import { type Asked, ask } from './ask.ts';

type Cookie = RawClient['cookie'];

/** The headers of a request by a page of ours. */
export const asPage = ({ url }: Weir, cookie: Cookie) => ({
  cookie,
  origin: url,
  'sec-fetch-site': 'same-origin',
});

/** Asks who one is, which makes a new guest of nobody. */
export function enter(
  weir: Weir,
  cookie: Cookie,
  more: { headers?: Record<string, string>; body?: string } = {},
): Promise<Asked> {
  const headers = { ...asPage(weir, cookie), ...more.headers };
  return ask(weir.port, 'POST', '/api/session', { headers, body: more.body ?? '' });
}

/** Ends the session. */
export function leave(weir: Weir, cookie: Cookie): Promise<Asked> {
  return ask(weir.port, 'DELETE', '/api/session', { headers: asPage(weir, cookie) });
}

export const userIdOf = ({ body }: Asked): unknown => JSON.parse(body).userId;
