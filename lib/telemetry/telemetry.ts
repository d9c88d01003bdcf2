import type { Meter } from './meter.ts';

/** What is looked at whenever somebody collects. Each is cheap and changes nothing. */
export interface Sights {
  gate(): GateSight;
  /** Answers being made, the waiting ones included. */
  generations(): number;
  /** Open browser sockets. */
  sockets(): number;
  /** Bytes that wait in those sockets, in all. */
  bufferedBytes(): number;
}

/** What the snapshot of the gate has, and more is welcome. Limits may be Infinity. */
export interface GateSight {
  readonly limit: number;
  readonly held: number;
  readonly oldestWaitMs: number;
  readonly classes: Readonly<Record<string, { readonly held: number; readonly waiting: number }>>;
  readonly lanes: readonly LaneSight[];
}

export interface LaneSight {
  /** `upstream/model` */
  readonly lane: string;
  readonly limit: number;
  readonly workingLimit: number;
  readonly held: number;
  readonly waiting: number;
  /** Null when the lane is open. */
  readonly closedUntil: number | null;
}

export interface Telemetry {
  readonly meter: Meter;
  /** Call once, when there is something to look at. */
  observe(sights: Sights): void;
  /** All metrics in Prometheus' text format, as they are now. A sight that throws is left out. */
  exposition(): Promise<string>;
  /** Sends what is left; resolves within two seconds, whatever the collector does. Never rejects. */
  close(): Promise<void>;
}
