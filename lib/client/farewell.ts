import { closeCodes, mayComeBack } from '#lib/wire/close-code.ts';

/** What a closed connection means for us. `renew`: the session is over, make a new one and come back. */
export interface Farewell {
  next: 'come back' | 'renew' | 'stay away';
  /** A sentence for people. */
  reason: string;
  /** Milliseconds that must pass at least. */
  leastMs: number;
}

const reload = 'Weir has been updated. Reload this page to go on.';

const reasons: Record<number, string> = {
  [closeCodes.draining]: 'Weir is restarting.',
  [closeCodes.tooSlow]: 'This connection could not keep up.',
  [closeCodes.tooManyMessages]: 'This page sent too much at once.',
  [closeCodes.unsupportedVersion]: reload,
  [closeCodes.unauthorized]: 'You are signed out. Reload this page to go on.',
  [closeCodes.tooManyConnections]: 'Weir is open in too many tabs. Close one, then reconnect.',
  [closeCodes.noHello]: 'This page was too slow to introduce itself.',
};

const PAUSE_MS = 5_000;

export function farewell(code: number): Farewell {
  const reason = reasons[code];
  if (code === closeCodes.unauthorized) return { next: 'renew', reason: reason ?? '', leastMs: 0 };
  if (!mayComeBack(code))
    return { next: 'stay away', reason: reason ?? 'The server closed this page’s connection.', leastMs: 0 };
  const leastMs = code === closeCodes.tooManyMessages ? PAUSE_MS : 0;
  return { next: 'come back', reason: reason ?? 'The connection was lost.', leastMs };
}
