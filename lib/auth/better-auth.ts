import { prismaAdapter } from 'better-auth/adapters/prisma';
import { betterAuth } from 'better-auth/minimal';
import { anonymous } from 'better-auth/plugins/anonymous';
import type { Log } from '#lib/telemetry/log.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import type { Auth, Visitor } from './auth.ts';
import {
  type CookieShape,
  readCookie,
  sessionCookieShape,
  sessionSeconds,
  setCookie,
  slideSeconds,
} from './cookie.ts';
import { endings } from './endings.ts';
import { type GuestLimits, guestLimit } from './guest-limit.ts';

export interface BetterAuthParts {
  /** A PrismaClient with the models User, Session, Account and Verification. */
  prisma: object;
  secret: string;
  /** Where Weir is served, exactly. */
  origins: ReadonlySet<string>;
  /** True when people come over HTTPS. */
  secure: boolean;
  log: Log;
  limits?: GuestLimits;
}

/** Sessions in the database. None of better-auth's own routes are served: guests need none, and each is a door. */
export function prismaAuth(parts: BetterAuthParts): Auth {
  const shape = sessionCookieShape(parts.secret, parts.secure);
  const vendor = vendorAuth(parts, shape);
  const limit = guestLimit(parts.limits);
  const ends = endings();

  const visitor = async (headers: Headers): Promise<Visitor | null> => {
    const asked = cookiesOf(headers, shape);
    if (!asked) return null;
    const found = await reach(vendor.api.getSession({ headers: asked, query: { disableRefresh: true } }));
    return found && visitorOf(found);
  };
  const cameBack = async (headers: Headers) => {
    const asked = cookiesOf(headers, shape);
    if (!asked) return null;
    const found = await reach(vendor.api.getSession({ headers: asked, returnHeaders: true }));
    return found.response && { visitor: visitorOf(found.response), setCookie: ours(found.headers, shape) };
  };
  const newGuest = async () => {
    const made = await reach(vendor.api.signInAnonymous({ headers: new Headers(), returnHeaders: true }));
    const setCookie = ours(made.headers, shape);
    const cookie = (setCookie[0] ?? '').split(';', 1)[0] ?? '';
    const guest = await visitor(new Headers({ cookie }));
    if (!guest) throw new Error('better-auth made a session that it does not know');
    return { visitor: guest, setCookie };
  };

  return {
    onEnd: ends.onEnd,
    visitor,
    async enter(headers, remoteAddress) {
      const known = await cameBack(headers);
      if (known) return known;
      limit.take(remoteAddress);
      return newGuest();
    },
    async leave(headers) {
      const known = await visitor(headers);
      if (known) {
        // Not better-auth's sign-out: that one answers "success" also when the database did not delete.
        const { adapter } = await vendor.$context;
        const where = [{ field: 'id', value: known.sessionId }];
        const deleted = await reach(adapter.deleteMany({ model: 'session', where }));
        if (deleted > 0) ends.tell({ userId: known.userId, sessionId: known.sessionId });
      }
      return { setCookie: [setCookie(shape, '', 0)] };
    },
  };
}

function vendorAuth({ prisma, secret, origins, log }: BetterAuthParts, shape: CookieShape) {
  return betterAuth({
    appName: 'Weir',
    baseURL: [...origins][0],
    trustedOrigins: [...origins],
    secret,
    database: prismaAdapter(prisma, { provider: 'postgresql' }),
    plugins: [anonymous()],
    session: { expiresIn: sessionSeconds, updateAge: slideSeconds, cookieCache: { enabled: false } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { log: (level, message, ...rest) => relay(log, level, message, rest) },
    advanced: {
      // Its own prefix is __Secure-; ours, with the stricter __Host-, is part of the name.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: shape.secure },
      cookies: { session_token: { name: shape.name } },
      ipAddress: { disableIpTracking: true },
    },
  });
}

type Found = NonNullable<Awaited<ReturnType<ReturnType<typeof vendorAuth>['api']['getSession']>>>;

function visitorOf({ session, user }: Found): Visitor {
  return {
    userId: user.id,
    sessionId: session.id,
    expiresAt: session.expiresAt.getTime(),
    guest: user.isAnonymous === true,
  };
}

/** Only our cookie goes in: no address, no user agent, nothing that a client could claim. */
function cookiesOf(headers: Headers, shape: CookieShape): Headers | null {
  const value = readCookie(headers, shape.name);
  return value ? new Headers({ cookie: `${shape.name}=${value}` }) : null;
}

function ours(headers: Headers, shape: CookieShape): string[] {
  return headers.getSetCookie().filter((cookie) => cookie.startsWith(`${shape.name}=`));
}

/** With nothing but a cookie going in, what can fail is the database. The cause stays attached for the log. */
async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const sentence = 'The database does not answer. Try again in a moment.';
    throw new Refusal('storage_unavailable', sentence, { cause });
  }
}

function relay(log: Log, level: string, message: string, rest: readonly unknown[]) {
  const err = rest.find((one) => one instanceof Error);
  if (level === 'error') log.error({ from: 'better-auth', err }, message);
  if (level === 'warn') log.warn({ from: 'better-auth', err }, message);
}
