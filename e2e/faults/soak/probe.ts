/**
 * Loaded into the server by `--import`, so that no door for this is in the server itself: each SIGUSR2 collects all garbage
 * and prints what is left as one line of JSON.
 */
import type { Probe } from './sample.ts';

let probes = 0;

process.on('SIGUSR2', () => {
  // The second round takes what finalizers of the first let go.
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    probes += 1;
    const { heapUsed, external, rss } = process.memoryUsage();
    const resources = Object.fromEntries(
      [...Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind)].map(([kind, all]) => [
        kind,
        all.length,
      ]),
    );
    const probe: Probe = { heapUsed, external, rss, resources };
    process.stdout.write(`probe ${probes} ${JSON.stringify(probe)}\n`);
  });
});
