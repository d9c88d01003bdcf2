import { Refusal } from '#lib/wire/error-code.ts';
import { addressKey, isLoopback } from './address.ts';

/** A bucket: so many at once, then one per `everyMs`. */
export interface Allowance {
  burst: number;
  everyMs: number;
}

export interface GuestLimits {
  /** Of one address (an IPv6 /64 counts as one). Loopback is under `all` only: a proxy beside us brings everybody from there. */
  perAddress: Allowance;
  /** Of everybody together: what bounds the growth of the database. */
  all: Allowance;
  /** Addresses remembered at most. */
  addresses: number;
}

export const usualGuestLimits: GuestLimits = {
  perAddress: { burst: 60, everyMs: 10_000 },
  all: { burst: 2_000, everyMs: 1_000 },
  addresses: 10_000,
};

export interface GuestLimit {
  /** Counts one new guest. Throws `Refusal('too_many_requests')`, counting nothing, when there were too many. */
  take(remoteAddress: string): void;
  /** Addresses remembered now. */
  readonly size: number;
}

/** `now` is a monotonic clock in milliseconds. */
export function guestLimit(
  limits: GuestLimits = usualGuestLimits,
  now = () => performance.now(),
): GuestLimit {
  const all = bucket(limits.all, now());
  const buckets = new Map<string, Bucket>();

  const bucketOf = (key: string): Bucket => {
    const known = buckets.get(key) ?? bucket(limits.perAddress, now());
    // Last used goes last, so that the first one is what may be forgotten.
    buckets.delete(key);
    buckets.set(key, known);
    if (buckets.size > limits.addresses) buckets.delete(buckets.keys().next().value ?? key);
    return known;
  };

  return {
    take(remoteAddress) {
      const asked = isLoopback(remoteAddress) ? [all] : [all, bucketOf(addressKey(remoteAddress))];
      const waitMs = Math.max(...asked.map((one) => one.waitMs(now())));
      if (waitMs > 0) {
        throw new Refusal('too_many_requests', 'Too many new visitors from here. Try again a little later.', {
          retryAfterMs: waitMs,
        });
      }
      for (const one of asked) one.take(now());
    },
    get size() {
      return buckets.size;
    },
  };
}

interface Bucket {
  waitMs(now: number): number;
  take(now: number): void;
}

/** Keeps only the time at which the bucket will be full again. */
function bucket({ burst, everyMs }: Allowance, start: number): Bucket {
  let fullAt = start;
  return {
    waitMs: (now) => Math.max(0, fullAt - now - (burst - 1) * everyMs),
    take: (now) => {
      fullAt = Math.max(fullAt, now) + everyMs;
    },
  };
}
