import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { composeAnalyses } from './compose/analyses.ts';
import { composeBatches } from './compose/batches.ts';
import { composeDoors } from './compose/doors.ts';
import { openGround } from './compose/ground.ts';
import { composeSearch } from './compose/search.ts';
import { composeWork } from './compose/work.ts';
import type { Config } from './config.ts';
import type { HandlerParts, Listener } from './http/handler.ts';
import type { Log } from './telemetry/log.ts';

export interface Weir {
  listener: Listener;
  /** Takes the upgrades that are ours; false for all others. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Ends everything in order: no new work, answers finish until the deadline, everybody is told, nothing is lost. */
  drain(): Promise<void>;
  /** Closes what everything stands on. Before that, no request may come any more. */
  leave(): Promise<void>;
}

export interface ComposeOptions {
  config: Config;
  /** The port that is listened on. */
  port: number;
  next: HandlerParts['next'];
  log: Log;
  /** Something that everything stands on is gone; only a new process helps. */
  onFatal: (error: Error) => void;
}

/** Builds every room and connects them. */
export async function compose(options: ComposeOptions): Promise<Weir> {
  const ground = await openGround(options);
  const work = composeWork(ground, options, (...asked) => search.search.find(...asked));
  const batches = composeBatches(ground, { ...work, flow: work.record }, options.config);
  const analyses = composeAnalyses({ ...work, flow: work.record }, options.config);
  const search = composeSearch(ground, { ...work, flow: work.record }, options.config);
  const all = { ...work, batches, analyses, search };
  const { upgrade, listener, drain, leave } = composeDoors(ground, all, options);
  await work.liveness.start();
  await batches.start();
  search.index.start();
  return {
    listener,
    upgrade(request, socket, head) {
      if (!upgrade.owns(request)) return false;
      void upgrade.handle(request, socket, head);
      return true;
    },
    drain,
    leave,
  };
}
