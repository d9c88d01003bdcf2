import { createHash, randomBytes } from 'node:crypto';
import { Refusal } from '#lib/wire/error-code.ts';
import { mostKeys } from './api-keys.ts';

const form = /^weir-[\w-]{43}$/;

/** 256 random bits: nobody guesses it, so a plain digest of it tells nothing. */
export function newKey(): string {
  return `weir-${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a key. Null for what cannot be one. */
export function digestOf(key: string): string | null {
  return form.test(key) ? createHash('sha256').update(key).digest('hex') : null;
}

export const lastFourOf = (key: string) => key.slice(-4);

export function tooManyKeys(): Refusal {
  return new Refusal(
    'too_many_requests',
    `You have ${mostKeys} keys already; revoke one that is not used any more.`,
  );
}
