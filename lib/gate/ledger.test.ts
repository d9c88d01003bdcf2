import { describe, expect, it } from 'vitest';
import { type Account, Ledger } from './ledger.ts';

const MINUTE = 60_000;

function bench() {
  const clock = { ms: 0 };
  const ledger = new Ledger(() => clock.ms, MINUTE);
  /** A call that used what was expected. */
  const serve = (account: Account, tokens: number, at: number) => {
    ledger.lend(account, tokens, at);
    ledger.settle(account, { estimate: tokens, tokens }, at);
  };
  return { clock, ledger, serve };
}

describe('Ledger', () => {
  it('[A9] tokens served a half-life ago count half', () => {
    const { clock, ledger, serve } = bench();
    const [early, late] = [ledger.join('early'), ledger.join('late')];
    serve(early, 100, clock.ms);
    clock.ms += MINUTE;
    serve(late, 50, clock.ms);
    expect(early.served).toBe(late.served);
  });

  it('[A9] a newcomer starts level with the least served of those active', () => {
    const { ledger, serve } = bench();
    const [a, b] = [ledger.join('a'), ledger.join('b')];
    serve(a, 900, 0);
    serve(b, 300, 0);
    expect(ledger.join('new').served).toBe(300);
  });

  it('[A9] somebody who comes back keeps what is on the account', () => {
    const { ledger, serve } = bench();
    const back = ledger.join('back');
    serve(back, 900, 0);
    ledger.leave(back);
    ledger.join('other');
    expect(ledger.join('back').served).toBe(900);
  });

  it('[A9] what a call used takes the place of what was expected of it', () => {
    const { ledger } = bench();
    const account = ledger.join('a');
    ledger.lend(account, 400, 0);
    expect(account.served).toBe(400);
    ledger.settle(account, { estimate: 400, tokens: 30 }, 0);
    expect(account.served).toBe(30);
    ledger.lend(account, 10, 0);
    ledger.settle(account, { estimate: 10, tokens: 0 }, 0);
    expect(account.served).toBe(30);
  });

  it('[A9] a newcomer does not start behind estimates that may be taken back', () => {
    const { ledger, serve } = bench();
    const heavy = ledger.join('heavy');
    serve(heavy, 100, 0);
    for (let call = 0; call < 8; call += 1) ledger.lend(heavy, 400, 0);
    expect(ledger.join('new').served).toBe(100);
  });

  it('[A9] years later the numbers are still numbers, and in the same order', () => {
    const { clock, ledger, serve } = bench();
    const [a, b] = [ledger.join('a'), ledger.join('b')];
    for (let days = 0; days < 2000; days += 1) {
      clock.ms += 24 * 60 * MINUTE;
      ledger.join('tick');
      serve(a, 1, clock.ms);
      serve(b, 2, clock.ms);
      expect(a.served).toBeLessThan(b.served);
    }
    expect(Number.isFinite(b.served)).toBe(true);
  });

  it('[A9] who is away and whose past has faded is forgotten', () => {
    const { clock, ledger, serve } = bench();
    for (let n = 0; n < 5000; n += 1) {
      const account = ledger.join(`u${n}`);
      serve(account, 100, clock.ms);
      ledger.leave(account);
      clock.ms += MINUTE;
    }
    expect(ledger.size).toBeLessThanOrEqual(1024);
  });
});
