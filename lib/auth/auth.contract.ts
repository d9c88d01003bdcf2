import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Auth, EndedSession } from './auth.ts';
import type { GuestLimits } from './guest-limit.ts';

export interface AuthUnderTest {
  open(options?: { secure?: boolean; limits?: GuestLimits }): Auth;
  setAway(away: boolean): Promise<void>;
  /** Makes every session of every auth opened older. */
  age(ms: number): Promise<void>;
  close(): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;
const few: GuestLimits = {
  perAddress: { burst: 2, everyMs: 60_000 },
  all: { burst: 100, everyMs: 1_000 },
  addresses: 100,
};

/** What every Auth promises. */
export function authContract(name: string, start: () => Promise<AuthUnderTest>): void {
  describe(`${name} keeps the promises of Auth`, () => {
    let world: AuthUnderTest;
    beforeAll(async () => {
      world = await start();
    });
    afterAll(() => world.close());

    const arrive = async (auth: Auth, cookie = '', address = '203.0.113.7') => {
      const entered = await auth.enter(headersOf(cookie), address);
      const line = entered.setCookie[0] ?? '';
      return { ...entered, line, cookie: line.split(';', 1)[0] ?? '' };
    };

    it('[I1] a first visit makes a guest, and the cookie brings the same guest back', async () => {
      const auth = world.open();
      const first = await arrive(auth);
      expect(first.visitor.guest).toBe(true);
      expect(await auth.visitor(headersOf(first.cookie))).toEqual(first.visitor);
      const again = await auth.enter(headersOf(`theme=dark; ${first.cookie}`), '203.0.113.7');
      expect(again).toEqual({ visitor: first.visitor, setCookie: [] });
    });

    it('[F129] [I2] the cookie is HttpOnly, Lax, for the whole site, one host and a year; Secure exactly behind HTTPS', async () => {
      const plain = (await arrive(world.open())).line;
      const attributes = plain.split('; ').slice(1).sort();
      expect(attributes).toEqual(['HttpOnly', 'Max-Age=31536000', 'Path=/', 'SameSite=Lax']);
      const secure = (await arrive(world.open({ secure: true }))).line;
      expect(secure).toMatch(/^__Host-/);
      expect(secure.split('; ').slice(1).sort()).toEqual([...attributes, 'Secure'].sort());
    });

    it('[I3] two visits without a cookie are two guests, with ids that cannot be guessed', async () => {
      const auth = world.open();
      const [a, b] = [await arrive(auth), await arrive(auth)];
      const ids = [a.visitor.userId, a.visitor.sessionId, b.visitor.userId, b.visitor.sessionId];
      expect(new Set(ids).size).toBe(4);
      for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22,}$/);
      expect(a.cookie).not.toContain(a.visitor.sessionId);
      expect(a.cookie).not.toContain(a.visitor.userId);
    });

    it('[F116] [I4] a cookie that we did not give is nobody, and never an error', async () => {
      const auth = world.open();
      const good = (await arrive(auth)).cookie;
      const cookieName = good.slice(0, good.indexOf('='));
      const other = (await arrive(auth)).cookie.slice(cookieName.length + 1);
      const value = good.slice(cookieName.length + 1);
      const forged = [
        '',
        ' ',
        'x',
        '%E0%A4%A',
        '%00',
        '"',
        'a.b',
        '.',
        '{"not":""}',
        "' OR 1=1--",
        'x'.repeat(8_000),
        value.slice(0, -6),
        `${value}x`,
        value.toUpperCase(),
        value.slice(0, 20) + other.slice(20),
        `${value}.${other}`,
      ];
      for (const bad of forged) {
        expect(await auth.visitor(headersOf(`${cookieName}=${bad}`)), bad.slice(0, 40)).toBeNull();
      }
      for (const odd of [good.replace('=', ''), `x${good}`, ';;;', '=', `${cookieName}`]) {
        expect(await auth.visitor(headersOf(odd)), odd.slice(0, 40)).toBeNull();
      }
    });

    it('[F129] [I5] a cookie planted beforehand is not taken over: the session gets a value of its own', async () => {
      const auth = world.open();
      const name = (await arrive(auth)).cookie.split('=', 1)[0];
      const entered = await arrive(auth, `${name}=chosen-by-somebody-else`);
      expect(entered.cookie).not.toContain('chosen-by-somebody-else');
      expect(await auth.visitor(headersOf(entered.cookie))).toEqual(entered.visitor);
    });

    it('[F115] [F129] [I6] leaving kills the cookie at once and tells it exactly once', async () => {
      const auth = world.open();
      const told: EndedSession[] = [];
      const stop = auth.onEnd((ended) => told.push(ended));
      const { visitor, cookie } = await arrive(auth);
      const stays = await arrive(auth);
      const left = await Promise.all([auth.leave(headersOf(cookie)), auth.leave(headersOf(cookie))]);
      expect(await auth.visitor(headersOf(cookie))).toBeNull();
      expect(told).toEqual([{ userId: visitor.userId, sessionId: visitor.sessionId }]);
      for (const { setCookie } of left) expect(setCookie.join()).toMatch(/=; Max-Age=0; Path=\//);
      await auth.leave(headersOf(cookie));
      await auth.leave(new Headers());
      expect(told).toHaveLength(1);
      expect(await auth.visitor(headersOf(stays.cookie))).toEqual(stays.visitor);
      stop();
      await auth.leave(headersOf(stays.cookie));
      expect(told).toHaveLength(1);
    });

    it('[I6] a listener that fails does not keep the others from hearing', async () => {
      const auth = world.open();
      const told: string[] = [];
      auth.onEnd(() => {
        throw new Error('broken');
      });
      auth.onEnd(({ sessionId }) => told.push(sessionId));
      const { visitor, cookie } = await arrive(auth);
      await expect(auth.leave(headersOf(cookie))).rejects.toThrow(AggregateError);
      expect(told).toEqual([visitor.sessionId]);
      expect(await auth.visitor(headersOf(cookie))).toBeNull();
    });

    it('[I7] a session slides forward with visits and dies a year after the last', async () => {
      const auth = world.open();
      const first = await arrive(auth);
      await world.age(200 * day);
      const aged = await auth.visitor(headersOf(first.cookie));
      expect(aged?.expiresAt).toBeCloseTo(first.visitor.expiresAt - 200 * day, -3);
      const second = await arrive(auth, first.cookie);
      expect(second.visitor.sessionId).toBe(first.visitor.sessionId);
      expect(second.visitor.expiresAt).toBeGreaterThan(first.visitor.expiresAt - day);
      expect(second.line).toContain('Max-Age=31536000');
      await world.age(366 * day);
      expect(await auth.visitor(headersOf(second.cookie))).toBeNull();
      const third = await arrive(auth, second.cookie);
      expect(third.visitor.userId).not.toBe(first.visitor.userId);
    });

    it('[I8] too many new guests from one address are refused with a time; those known and those elsewhere are not', async () => {
      const auth = world.open({ limits: few });
      const known = await arrive(auth);
      await arrive(auth, '', '::ffff:203.0.113.7');
      const refused = auth.enter(new Headers({ 'x-forwarded-for': '198.51.100.1' }), '203.0.113.7');
      await expect(refused).rejects.toMatchObject({
        code: 'too_many_requests',
        retryAfterMs: expect.any(Number),
      });
      expect((await arrive(auth, known.cookie)).visitor).toEqual(known.visitor);
      await expect(arrive(auth, '', '203.0.113.8')).resolves.toBeDefined();
    });

    it('[I9] a database that is away is said so, and nobody is told of an end that did not happen', async () => {
      const auth = world.open();
      const told: EndedSession[] = [];
      auth.onEnd((ended) => told.push(ended));
      const { visitor, cookie } = await arrive(auth);
      await world.setAway(true);
      const away = { name: 'Refusal', code: 'storage_unavailable' };
      await expect(auth.visitor(headersOf(cookie))).rejects.toMatchObject(away);
      await expect(auth.enter(headersOf(cookie), '203.0.113.7')).rejects.toMatchObject(away);
      await expect(auth.enter(new Headers(), '203.0.113.7')).rejects.toMatchObject(away);
      await expect(auth.leave(headersOf(cookie))).rejects.toMatchObject(away);
      expect(await auth.visitor(new Headers())).toBeNull();
      expect(told).toEqual([]);
      await world.setAway(false);
      expect(await auth.visitor(headersOf(cookie))).toEqual(visitor);
    });
  });
}

function headersOf(cookie: string): Headers {
  return new Headers(cookie === '' ? {} : { cookie });
}
