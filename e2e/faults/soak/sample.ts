import { scrape } from '#lib/telemetry/scrape-fixture.ts';
import type { Weir } from '../../weir.ts';
import { openFiles } from '../open-files.ts';

/** What the server says of itself after its garbage was collected. Bytes, and active resources of Node by kind. */
export interface Probe {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly resources: Readonly<Record<string, number>>;
}

export interface Sample {
  /** Minutes since the beginning. */
  readonly at: number;
  /** Bytes, after collection; the embedded database lives in a thread of its own and is part of `rss` only. */
  readonly heap: number;
  readonly external: number;
  readonly rss: number;
  readonly files: number;
  readonly timers: number;
  /** TCP connections, of browsers and to upstreams. */
  readonly connections: number;
  readonly sockets: number;
  readonly held: number;
  readonly running: number;
}

/** Takes samples of one server process that was started with `probeArgs`. */
export class Sampler {
  readonly #weir: Weir;
  readonly #began = performance.now();
  #probes = 0;

  constructor(weir: Weir) {
    this.#weir = weir;
  }

  async take(): Promise<Sample> {
    const metrics = scrape(await this.#weir.metrics());
    this.#probes += 1;
    this.#weir.signal('SIGUSR2');
    const [, json = ''] = await this.#weir.line(new RegExp(`^probe ${this.#probes} (.*)$`));
    const { heapUsed, external, rss, resources } = JSON.parse(json) as Probe;
    return {
      at: (performance.now() - this.#began) / 60_000,
      heap: heapUsed,
      external,
      rss,
      files: openFiles(this.#weir.pid),
      timers: resources.Timeout ?? 0,
      connections: resources.TCPSocketWrap ?? 0,
      sockets: metrics.count('weir_sockets_open'),
      held: metrics.count('weir_permits_held'),
      running: metrics.count('weir_generations_running'),
    };
  }
}

/** What Node has to be given for that. */
export const probeArgs = ['--expose-gc', '--import', new URL('probe.ts', import.meta.url).href] as const;

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export function sampleLine({ at, heap, rss, files, timers, connections, sockets, held, running }: Sample) {
  const counts = `${files} files, ${connections} tcp, ${timers} timers`;
  return `${at.toFixed(2).padStart(6)} min  heap ${mib(heap)}, rss ${mib(rss)}, ${counts}, ${sockets} sockets, ${held} permits, ${running} answers`;
}
