import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Seconds by which timers came late, over some recent seconds. */
export interface DelaySight {
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
}

const RESOLUTION_MS = 20;
/** As long as the usual scrape interval, so that hardly a peak is missed. */
const WINDOW_MS = 15_000;

/** Watches how late the event loop is, in windows of its own: several collectors do not take peaks from each other. */
export class LoopDelay {
  readonly #watch = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #window: DelaySight | null = null;

  constructor(windowMs = WINDOW_MS) {
    this.#watch.enable();
    this.#timer = setInterval(() => this.turn(), windowMs).unref();
  }

  /** The last whole window; before there is one, what came up to now. */
  read(): DelaySight {
    return this.#window ?? this.#now();
  }

  /** Ends the window that runs. */
  turn(): void {
    this.#window = this.#now();
    this.#watch.reset();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#watch.disable();
  }

  #now(): DelaySight {
    const { mean, max } = this.#watch;
    return { mean: late(mean), p99: late(this.#watch.percentile(99)), max: late(max) };
  }
}

/** Node measures from tick to tick in nanoseconds; what is above the tick itself is the delay. NaN before the first. */
const late = (ns: number) => Math.max(0, (ns || 0) / 1e9 - RESOLUTION_MS / 1e3);
