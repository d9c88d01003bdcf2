import type { Latches } from './latch.ts';
import type { Call, CallFilter, Ledger, Stats } from './record.ts';
import { Refusal } from './refusal.ts';

export interface ControlStats extends Stats {
  /** How many calls wait at each key of `hold` and `gate`. */
  readonly waiting: Readonly<Record<string, number>>;
}

/** What tests see and steer. The same over HTTP under `/control` when the server was made with `control: true`. */
export interface Control {
  stats(): ControlStats;
  /** Oldest first. */
  calls(filter?: CallFilter): Call[];
  /** Lets calls that wait at `key` go on: all, now and later, or only `count` of them. Returns how many went at once. */
  release(key: string, count?: number): number;
  /** Forgets counts, finished calls, tries and releases; open calls stay. */
  reset(): void;
  /** Resolves once `holds` is true of the stats, now or after any change. */
  until(holds: (stats: ControlStats) => boolean): Promise<void>;
}

export function controlOf(ledger: Ledger, latches: Latches): Control {
  const stats = () => ({ ...ledger.stats(), waiting: latches.waiting() });
  return {
    stats,
    calls: (filter) => ledger.calls(filter),
    release: (key, count) => latches.release(key, count),
    reset: () => {
      latches.close();
      ledger.reset();
    },
    until: (holds) => ledger.until(() => holds(stats())),
  };
}

/** Answers `METHOD /control/…` with a JSON value. Throws `Refusal` for what it does not know. */
export function controlRoute(control: Control, method: string, url: URL): unknown {
  const param = (name: string) => url.searchParams.get(name) ?? undefined;
  switch (`${method} ${url.pathname}`) {
    case 'GET /control/stats':
      return control.stats();
    case 'GET /control/calls':
      return control.calls({ mark: param('mark'), kind: param('kind') });
    case 'POST /control/reset':
      control.reset();
      return control.stats();
    case 'POST /control/release':
      return { released: control.release(requiredKey(param('key')), countOf(param('count'))) };
    default:
      throw new Refusal(404, `There is no ${method} ${url.pathname}.`);
  }
}

function requiredKey(key: string | undefined): string {
  if (key === undefined || key === '') throw new Refusal(400, 'key is missing.', 'key');
  return key;
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Refusal(400, 'count must be a positive integer.', 'count');
}
