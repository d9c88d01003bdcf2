import { randomBytes } from 'node:crypto';

export interface Safety {
  /** True when people come over HTTPS. */
  secure: boolean;
  /** React's development build uses eval. */
  development: boolean;
}

const year = 365 * 24 * 60 * 60;

/** On every answer, whoever gives it. */
export function commonHeaders({ secure }: Pick<Safety, 'secure'>): Record<string, string> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
    ...(secure ? { 'Strict-Transport-Security': `max-age=${year}` } : {}),
  };
}

/** 128 random bits, new for each page answered. */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/** What a page may load and do: nothing from elsewhere, and no script that does not carry the nonce. */
export function pagePolicy(nonce: string, { development }: Pick<Safety, 'development'>): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    // Covers the socket too: 'self' matches ws: and wss: of the same host and port.
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join('; ');
}

/** For files: workers started from them keep to our own origin. */
export const filePolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** For data: a browser that shows it as a page runs nothing. */
export const dataPolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
