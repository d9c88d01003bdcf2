import { describe, expect, it } from 'vitest';
import { Refusal } from '#lib/wire/error-code.ts';
import { addressKey, isLoopback } from './address.ts';
import { guestLimit } from './guest-limit.ts';

const limits = {
  perAddress: { burst: 3, everyMs: 1_000 },
  all: { burst: 10, everyMs: 100 },
  addresses: 5,
};

function limited() {
  let now = 0;
  const limit = guestLimit(limits, () => now);
  const refusedFor = (address: string): number | null => {
    try {
      limit.take(address);
      return null;
    } catch (error) {
      if (error instanceof Refusal) return error.retryAfterMs;
      throw error;
    }
  };
  return {
    limit,
    refusedFor,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('the limit of new guests', () => {
  it('[I8] gives a burst, then one per interval, and the time it tells is exact', () => {
    const { refusedFor, pass } = limited();
    for (let n = 0; n < 3; n++) expect(refusedFor('203.0.113.7')).toBeNull();
    expect(refusedFor('203.0.113.7')).toBe(1_000);
    pass(999);
    expect(refusedFor('203.0.113.7')).toBe(1);
    pass(1);
    expect(refusedFor('203.0.113.7')).toBeNull();
    expect(refusedFor('203.0.113.7')).toBe(1_000);
  });

  it('[I8] forgives after a while, but never more than the burst', () => {
    const { refusedFor, pass } = limited();
    for (let n = 0; n < 3; n++) refusedFor('203.0.113.7');
    pass(1_000_000);
    for (let n = 0; n < 3; n++) expect(refusedFor('203.0.113.7')).toBeNull();
    expect(refusedFor('203.0.113.7')).toBe(1_000);
  });

  it('[I8] counts one subscriber once, however the address is written', () => {
    const { refusedFor } = limited();
    for (const address of ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:DB8::3'])
      expect(refusedFor(address)).toBeNull();
    expect(refusedFor('2001:db8::4')).toBeGreaterThan(0);
    expect(refusedFor('2001:db8:0:1::1')).toBeNull();
  });

  it('[I8] holds for everybody together, also for loopback, where a proxy brings all', () => {
    const { refusedFor } = limited();
    for (let n = 0; n < 10; n++) expect(refusedFor('127.0.0.1')).toBeNull();
    expect(refusedFor('::1')).toBe(100);
    expect(refusedFor('203.0.113.7')).toBe(100);
  });

  it('[I8] remembers a bounded number of addresses, and a refusal counts nothing', () => {
    const { limit, refusedFor, pass } = limited();
    for (let n = 0; n < 100_000; n++) {
      pass(50);
      refusedFor(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    }
    expect(limit.size).toBe(5);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['::1', '::1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
    ['/run/weir.sock', '/run/weir.sock'],
  ])('[I8] the address %s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('[I8] loopback is this machine in every spelling', () => {
    for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(address)).toBe(true);
    for (const address of ['128.0.0.1', '::2', '', '127.0.0.1.evil']) expect(isLoopback(address)).toBe(false);
  });
});
