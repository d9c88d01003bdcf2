import type { Gate } from '#lib/gate/gate.ts';
import type { Generations } from './generations.ts';
import type { Publish } from './publish.ts';

const INTERVAL_MS = 250;

export interface PlacesPorts {
  gate: Gate;
  generations: Generations;
  publish: Publish;
}

/** Tells people how their place in the queue changes, at most four times a second. */
export function publishPlaces({ gate, generations, publish }: PlacesPorts): () => void {
  let stale = false;
  const forget = gate.on(() => {
    stale = true;
  });
  const timer = setInterval(() => {
    if (!stale) return;
    stale = false;
    for (const [id, place] of gate.places()) {
      const generation = generations.find(id);
      if (generation?.state.name !== 'queued') continue;
      if (generation.state.position === place.position && generation.state.etaMs === place.etaMs) continue;
      generation.enter({ name: 'queued', ...place });
      publish.state(generation);
    }
  }, INTERVAL_MS);
  timer.unref();
  return () => {
    forget();
    clearInterval(timer);
  };
}
