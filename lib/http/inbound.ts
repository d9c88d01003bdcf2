import type { IncomingHttpHeaders } from 'node:http';

/**
 * Headers by which proxies, middleware and Next.js talk among themselves. From a browser they are lies: an identity
 * (x-forwarded-*), a pass around checks (x-middleware-subrequest, CVE-2025-29927), a nonce (CVE-2026-44581).
 * `next-action` calls Server Functions, of which Weir has none.
 */
const internal = new Set([
  'content-security-policy',
  'content-security-policy-report-only',
  'forwarded',
  'next-action',
  'next-resume',
  'x-matched-path',
  'x-nextjs-data',
  'x-nonce',
  'x-original-url',
  'x-real-ip',
  'x-rewrite-url',
]);
const internalPrefixes = [
  'x-forwarded-',
  'x-middleware-',
  'x-invoke-',
  'x-next-',
  'x-now-',
  'x-prerender-',
  'x-vercel-',
];

/** Removes what only insiders may say. Changes `headers`. */
export function dropInternal(headers: IncomingHttpHeaders): void {
  for (const name of Object.keys(headers)) {
    if (internal.has(name) || internalPrefixes.some((prefix) => name.startsWith(prefix)))
      delete headers[name];
  }
}
