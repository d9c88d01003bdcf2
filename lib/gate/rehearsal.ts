import { Gate, type GateOptions, type GateRequest, type Permit } from './gate.ts';

/** A gate for tests: a clock set by hand, calls known by their id, grants and refusals written down. */
export function bench(options: Partial<GateOptions> = {}) {
  const clock = { ms: 1000 };
  const gate = new Gate({ limit: 1, now: () => clock.ms, ...options });
  const permits = new Map<string, Permit>();
  const order: string[] = [];
  const errors = new Map<string, unknown>();
  const ask = (id: string, request: Partial<GateRequest> = {}) => {
    const stop = new AbortController();
    const base: GateRequest = { id, lane: 'a/m', user: 'ann', class: 'interactive', signal: stop.signal };
    const settled = gate.acquire({ ...base, ...request }).then(
      (permit) => {
        permits.set(id, permit);
        order.push(id);
      },
      (error: unknown) => errors.set(id, error),
    );
    return { stop: (reason?: unknown) => stop.abort(reason), settled, signal: stop.signal };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const release = async (id: string, tokens?: number) => {
    permits.get(id)?.release(tokens === undefined ? undefined : { tokens });
    await settle();
  };
  /** Lets time pass, and wakes the gate when it asked for it. */
  const pass = async (ms: number) => {
    const end = clock.ms + ms;
    for (let at = gate.wakeAt(); at !== null && at <= end; at = gate.wakeAt()) {
      clock.ms = at;
      gate.wake();
    }
    clock.ms = end;
    await settle();
  };
  const lane = (name = 'a/m') => gate.snapshot().lanes.find((each) => each.lane === name);
  return { clock, gate, permits, order, errors, ask, settle, release, pass, lane };
}

export function tally({ gate }: { gate: Gate }) {
  const { held, waiting } = gate.snapshot();
  return { held, waiting };
}
