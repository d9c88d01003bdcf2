import type { Gate, Place } from '#lib/gate/gate.ts';
import type { Generations } from './generations.ts';
import type { LiveGeneration } from './live-generation.ts';
import type { Publish } from './publish.ts';

const INTERVAL_MS = 250;
/** Countdowns that differ by less are the same. */
const CLOSE_MS = 100;

export interface PlacesPorts {
  gate: Gate;
  generations: Pick<Generations, 'find'>;
  publish: Pick<Publish, 'state'>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Tells people how their place in the queue changes, at most four times a second. */
export function publishPlaces(ports: PlacesPorts): () => void {
  const places = new Places(ports);
  const forget = ports.gate.on(() => places.change());
  const timer = setInterval(() => places.tick(), INTERVAL_MS);
  timer.unref();
  return () => {
    forget();
    clearInterval(timer);
  };
}

/** The places as people were last told them. */
export class Places {
  readonly #ports: PlacesPorts;
  #isStale = false;
  /** When something should have happened, ms since 1970: if it has not, all are looked at again. */
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(ports: PlacesPorts) {
    this.#ports = ports;
  }

  /** Something at the gate is not as it was. */
  change(): void {
    this.#isStale = true;
  }

  tick(): void {
    const { gate, generations, now } = this.#ports;
    if (!this.#isStale && now() <= this.#dueAt) return;
    this.#isStale = false;
    const places = gate.places();
    const [first] = places.values();
    this.#dueAt = now() + (first?.etaMs ?? Number.POSITIVE_INFINITY);
    for (const [id, place] of places) {
      const generation = generations.find(id);
      if (generation?.state.name === 'queued') this.#queued(generation, place);
      if (generation?.state.name === 'retrying') this.#retrying(generation, place);
    }
  }

  #queued(generation: LiveGeneration, { position, etaMs }: Place): void {
    const { state } = generation;
    if (state.name === 'queued' && state.position === position && state.etaMs === etaMs) return;
    generation.enter({ name: 'queued', position, etaMs });
    this.#ports.publish.state(generation);
  }

  /** Who was turned away sees the countdown until the lane opens, which may be put off, and only then a place in it. */
  #retrying(generation: LiveGeneration, place: Place): void {
    const { gate, publish, now } = this.#ports;
    const opensInMs = gate.opensInMs(generation.lane);
    if (opensInMs === 0) return this.#queued(generation, place);
    this.#dueAt = Math.min(this.#dueAt, now() + opensInMs);
    if (generation.state.name !== 'retrying') return;
    if (Math.abs(generation.retriesAt - now() - opensInMs) < CLOSE_MS) return;
    generation.retryIn(opensInMs, generation.state.code, now());
    publish.state(generation);
  }
}
