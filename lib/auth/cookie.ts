import { createHash } from 'node:crypto';

/** How the browser keeps the session. */
export interface CookieShape {
  name: string;
  /** True when people come over HTTPS. */
  secure: boolean;
}

/** One year: a guest has nothing but the cookie to come back with. Browsers cut at 400 days. */
export const sessionSeconds = 365 * 24 * 60 * 60;

/** How old a session must be before a visit makes it one year again. */
export const slideSeconds = 24 * 60 * 60;

/**
 * Cookies do not know ports: two Weirs on one host would overwrite each other's guests, who could never come
 * back. So the name carries a mark of the installation, which is the same after a change of port.
 */
export function sessionCookieShape(secret: string, secure: boolean): CookieShape {
  const mark = createHash('sha256').update(`weir cookie name\n${secret}`).digest('hex').slice(0, 8);
  return { name: `${secure ? '__Host-' : ''}weir-${mark}`, secure };
}

/** The value of the first cookie of that name, still encoded. */
export function readCookie(headers: Headers, name: string): string | null {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

/** A Set-Cookie value. No Domain, so that no other host ever sees it; `maxAge` 0 removes the cookie. */
export function setCookie(shape: CookieShape, value: string, maxAge: number): string {
  const secure = shape.secure ? '; Secure' : '';
  return `${shape.name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}
