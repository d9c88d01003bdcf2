import type { Outcome } from './load.ts';
import type { Script } from './script.ts';
import type { UpstreamStats } from './upstream.ts';
import type { Cpu } from './usage.ts';

export type TargetName = 'weir' | 'relay';

/** What a client process is told, as JSON in its one argument. */
export interface Job {
  target: TargetName;
  url: string;
  pid: number;
  upstream: string;
  streams: number;
  perSocket: number;
  rampMs: number;
  script: Script;
  /** A shorter round before: its streams. */
  warmUp: { streams: number; script: Script };
}

/** What it prints at the end, as one line of JSON. */
export interface Measured extends Outcome {
  target: TargetName;
  /** Of the server under test, from the first request to the last ending; null where it cannot be measured. */
  cpu: Cpu | null;
  /** While all streams ran and none began or ended; null when there was no such time. */
  steady: { cpu: Cpu; words: number; ms: number } | null;
  /** KiB above the idle, warm server at the peak, all sockets included. */
  memoryKiB: number | null;
  idleKiB: number | null;
  upstream: UpstreamStats;
}
