import * as z from 'zod/mini';

/** A key for programs, as its owner sees it. Times in milliseconds since 1970. */
export const apiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  /** The key's last four characters, to tell keys apart. */
  lastFour: z.string(),
  createdAt: z.number(),
  /** To about a minute; null while it never was. */
  lastUsedAt: z.nullable(z.number()),
});
export type ApiKey = z.infer<typeof apiKey>;

/** Answer of `GET /api/keys`. */
export const apiKeyList = z.object({ keys: z.array(apiKey) });

/** Answer of `POST /api/keys`: the only time that the key itself is told. */
export const newApiKey = z.object({ key: z.string(), info: apiKey });
export type NewApiKey = z.infer<typeof newApiKey>;

/** Letters of a name. */
export const longestKeyName = 80;
