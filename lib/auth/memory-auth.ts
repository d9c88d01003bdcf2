import { randomBytes } from 'node:crypto';
import { Refusal } from '#lib/wire/error-code.ts';
import type { Auth, Visitor } from './auth.ts';
import { type CookieShape, readCookie, sessionSeconds, setCookie, slideSeconds } from './cookie.ts';
import { endings } from './endings.ts';
import { type GuestLimits, guestLimit } from './guest-limit.ts';

/** Auth without a database: sessions die with the process. For tests. */
export interface MemoryAuth extends Auth {
  /** A new guest without asking the limit. `headers` and `cookie` are what that browser sends. */
  guest(): { visitor: Visitor; cookie: string; headers: Headers };
  /** From now on (or no longer) the database is away. */
  setAway(away: boolean): void;
  /** Makes every session older by so many milliseconds. */
  age(ms: number): void;
}

export interface MemoryAuthOptions {
  secure?: boolean;
  limits?: GuestLimits;
  now?: () => number;
}

export function memoryAuth({ secure = false, limits, now = Date.now }: MemoryAuthOptions = {}): MemoryAuth {
  const shape: CookieShape = { name: `${secure ? '__Host-' : ''}weir-memory`, secure };
  const sessions = memorySessions(now);
  const limit = guestLimit(limits);
  const ends = endings();
  const find = (headers: Headers) => sessions.find(readCookie(headers, shape.name));

  return {
    onEnd: ends.onEnd,
    async visitor(headers) {
      const known = find(headers);
      return known && { ...known.visitor };
    },
    async enter(headers, remoteAddress) {
      const known = find(headers);
      const slid = known !== null && sessions.slide(known);
      if (!known) limit.take(remoteAddress);
      const { token, visitor } = known ?? sessions.make();
      const isNews = known === null || slid;
      return { visitor: { ...visitor }, setCookie: isNews ? [setCookie(shape, token, sessionSeconds)] : [] };
    },
    async leave(headers) {
      const known = find(headers);
      if (known) {
        sessions.end(known);
        ends.tell({ userId: known.visitor.userId, sessionId: known.visitor.sessionId });
      }
      return { setCookie: [setCookie(shape, '', 0)] };
    },
    guest() {
      const { token, visitor } = sessions.make();
      const cookie = `${shape.name}=${token}`;
      return { visitor: { ...visitor }, cookie, headers: new Headers({ cookie }) };
    },
    setAway: sessions.setAway,
    age: sessions.age,
  };
}

interface Session {
  /** What the cookie holds. */
  token: string;
  visitor: Visitor;
}

/** The table of sessions, in the database's place. */
function memorySessions(now: () => number) {
  const rows = new Map<string, Session>();
  let isAway = false;
  const reach = () => {
    if (isAway)
      throw new Refusal('storage_unavailable', 'The database does not answer. Try again in a moment.');
  };
  const inOneYear = () => now() + sessionSeconds * 1000;

  return {
    find(token: string | null): Session | null {
      if (!token) return null;
      reach();
      const session = rows.get(token);
      return session && session.visitor.expiresAt > now() ? session : null;
    },
    make(): Session {
      reach();
      const visitor = { userId: secretId(), sessionId: secretId(), expiresAt: inOneYear(), guest: true };
      const session = { token: secretId(), visitor };
      rows.set(session.token, session);
      return session;
    },
    /** True when the session has been old enough to be made one year again. */
    slide({ visitor }: Session): boolean {
      if (inOneYear() - visitor.expiresAt < slideSeconds * 1000) return false;
      visitor.expiresAt = inOneYear();
      return true;
    },
    end: ({ token }: Session) => rows.delete(token),
    setAway(next: boolean) {
      isAway = next;
    },
    age(ms: number) {
      for (const { visitor } of rows.values()) visitor.expiresAt -= ms;
    },
  };
}

function secretId(): string {
  return randomBytes(24).toString('base64url');
}
