import type { ApiKey, NewApiKey } from '#lib/wire/api-key.ts';

/**
 * Keys that programs show in place of a session. Whatever needs the database throws `Refusal('storage_unavailable')` while it
 * is away. A key itself is known to whoever made it, and to nobody afterwards: only its digest is stored.
 */
export interface ApiKeys {
  /** Whose key this is; null for one that nobody has, or that was revoked. Notes the use, at most once a minute. */
  owner(key: string): Promise<{ userId: string; keyId: string } | null>;
  /**
   * @returns the key besides, the only time that it can be had
   * @throws Refusal `too_many_requests` beyond `mostKeys` that are not revoked
   */
  create(userId: string, name: string): Promise<NewApiKey>;
  /** Those that are not revoked, newest first. */
  list(userId: string): Promise<ApiKey[]>;
  /**
   * From here on the key is worth nothing. Revoking twice is revoking once.
   * @returns false for an id that is not one of this person's
   */
  revoke(userId: string, id: string): Promise<boolean>;
}

/** Of one person. */
export const mostKeys = 50;
/** How fresh `lastUsedAt` is kept, ms. */
export const useNotedEveryMs = 60_000;
