import { describe, expect, it } from 'vitest';
import { Ledger } from './ledger.ts';

const MINUTE = 60_000;

function bench() {
  const clock = { ms: 0 };
  return { clock, ledger: new Ledger(() => clock.ms, MINUTE) };
}

describe('Ledger', () => {
  it('[A9] tokens served a half-life ago count half', () => {
    const { clock, ledger } = bench();
    const [early, late] = [ledger.join('early'), ledger.join('late')];
    ledger.charge(early, 100, clock.ms);
    clock.ms += MINUTE;
    ledger.charge(late, 50, clock.ms);
    expect(early.served).toBe(late.served);
  });

  it('[A9] a newcomer starts level with the least served of those active', () => {
    const { ledger } = bench();
    const [a, b] = [ledger.join('a'), ledger.join('b')];
    ledger.charge(a, 900, 0);
    ledger.charge(b, 300, 0);
    expect(ledger.join('new').served).toBe(300);
  });

  it('[A9] somebody who comes back keeps what is on the account', () => {
    const { ledger } = bench();
    const back = ledger.join('back');
    ledger.charge(back, 900, 0);
    ledger.leave(back);
    ledger.join('other');
    expect(ledger.join('back').served).toBe(900);
  });

  it('[A9] taking back more than was charged leaves nothing, not credit', () => {
    const { ledger } = bench();
    const account = ledger.join('a');
    ledger.charge(account, 10, 0);
    ledger.charge(account, -20, 0);
    expect(account.served).toBe(0);
  });

  it('[A9] years later the numbers are still numbers, and in the same order', () => {
    const { clock, ledger } = bench();
    const [a, b] = [ledger.join('a'), ledger.join('b')];
    for (let days = 0; days < 2000; days += 1) {
      clock.ms += 24 * 60 * MINUTE;
      ledger.join('tick');
      ledger.charge(a, 1, clock.ms);
      ledger.charge(b, 2, clock.ms);
      expect(a.served).toBeLessThan(b.served);
    }
    expect(Number.isFinite(b.served)).toBe(true);
  });

  it('[A9] who is away and whose past has faded is forgotten', () => {
    const { clock, ledger } = bench();
    for (let n = 0; n < 5000; n += 1) {
      const account = ledger.join(`u${n}`);
      ledger.charge(account, 100, clock.ms);
      ledger.leave(account);
      clock.ms += MINUTE;
    }
    expect(ledger.size).toBeLessThanOrEqual(1024);
  });
});
