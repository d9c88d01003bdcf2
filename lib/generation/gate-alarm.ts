import type { Gate } from '#lib/gate/gate.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Wakes the gate when time alone has something for it to do.
 * @param clock the gate's own, ms
 * @returns the function that ends it
 */
export function wakeInTime(gate: Gate, clock: () => number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let armedAt: number | null = null;
  const arm = () => {
    const at = gate.wakeAt();
    if (at === armedAt) return;
    clearTimeout(timer);
    armedAt = at;
    if (at === null) return;
    timer = setTimeout(ring, Math.min(LONGEST_TIMER_MS, Math.max(0, at - clock())));
  };
  const ring = () => {
    armedAt = null;
    gate.wake();
    arm();
  };
  const forget = gate.on(arm);
  arm();
  return () => {
    forget();
    clearTimeout(timer);
  };
}
