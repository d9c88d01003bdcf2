import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '#lib/wire/error-code.ts';

/**
 * What went wrong with a statement: `again`, `unreachable` and `unwritable` are certain not to have happened, `lost` may
 * have. `unwritable`: no room on the disk, or only reading is allowed. `taken`: an id is in use; `malformed`: an id that is no UUID. Null: a bug.
 */
export type Fault = 'again' | 'unreachable' | 'unwritable' | 'lost' | 'taken' | 'malformed';

const patienceMs = 5_000;

const faultOf: Record<string, Fault> = {
  TransactionWriteConflict: 'again',
  P2034: 'again',
  '40001': 'again',
  '40P01': 'again',
  '53000': 'again',
  '55P03': 'again',
  DatabaseNotReachable: 'unreachable',
  TooManyConnections: 'unreachable',
  P1001: 'unreachable',
  P1002: 'unreachable',
  P2024: 'unreachable',
  P2037: 'unreachable',
  ECONNREFUSED: 'unreachable',
  ENOENT: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EMFILE: 'unreachable',
  ENFILE: 'unreachable',
  '57P03': 'unreachable',
  '53300': 'unreachable',
  '53100': 'unwritable',
  '25006': 'unwritable',
  '42501': 'unwritable',
  '58030': 'unwritable',
  ConnectionClosed: 'lost',
  SocketTimeout: 'lost',
  P1008: 'lost',
  P1017: 'lost',
  P2028: 'lost',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ETIMEDOUT: 'lost',
  EHOSTUNREACH: 'lost',
  '57P01': 'lost',
  '57P02': 'lost',
  '57014': 'lost',
  '08006': 'lost',
  UniqueConstraintViolation: 'taken',
  P2002: 'taken',
  '23505': 'taken',
  InvalidInputValue: 'malformed',
  P2007: 'malformed',
  P2023: 'malformed',
  '22P02': 'malformed',
};

export interface GuardClock {
  now(): number;
  wait(ms: number): Promise<unknown>;
}

const realClock: GuardClock = { now: () => performance.now(), wait: sleep };

/**
 * Runs `work` again while that is sure to be harmless, for about 5 s.
 * @throws Refusal `storage_unavailable`, `conflict` for an id in use, `not_found` for an id that cannot be one;
 *   anything else as it came
 */
export async function guarded<T>(work: () => Promise<T>, clock: GuardClock = realClock): Promise<T> {
  const deadline = clock.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const fault = findFault(error);
      const isHarmless = fault === 'again' || fault === 'unreachable';
      if (!isHarmless || clock.now() >= deadline) throw asRefusal(error, fault);
      await clock.wait(Math.min(20 * 2 ** attempt, 1_000) * (0.5 + Math.random() / 2));
    }
  }
}

/** The fault may be wrapped by Prisma, by its adapter, or by both. */
export function findFault(error: unknown, depth = 0): Fault | null {
  if (typeof error !== 'object' || error === null || depth > 5) return null;
  const { code, originalCode, kind, message, cause, meta } = error as Record<string, unknown>;
  for (const name of [originalCode, code, kind]) {
    const fault = typeof name === 'string' ? faultOf[name] : undefined;
    if (fault) return fault;
  }
  if (typeof meta === 'object' && meta !== null && 'driverAdapterError' in meta) {
    const inner = findFault(meta.driverAdapterError, depth + 1);
    if (inner) return inner;
  }
  return byMessage(message) ?? findFault(cause, depth + 1);
}

/** `pg` gives these no code. */
function byMessage(message: unknown): Fault | null {
  if (typeof message !== 'string') return null;
  if (/timeout exceeded when trying to connect|due to connection timeout/.test(message)) return 'unreachable';
  if (/Connection terminated|Client has encountered a connection error|Query read timeout/.test(message)) {
    return 'lost';
  }
  return null;
}

function asRefusal(cause: unknown, fault: Fault | null): unknown {
  switch (fault) {
    case 'taken':
      return new Refusal('conflict', 'These ids are in use.', { cause });
    case 'malformed':
      return new Refusal('not_found', 'There is no such chat or message.', { cause });
    case null:
      return cause;
    case 'unwritable':
      return away('Nothing can be stored: the disk of the database is full or read-only.', cause);
    default:
      return away('The database cannot be reached.', cause);
  }
}

function away(message: string, cause: unknown): Refusal {
  return new Refusal('storage_unavailable', message, { retryAfterMs: 2_000, cause });
}
