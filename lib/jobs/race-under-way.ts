import { type Gate, GateRefusal } from '#lib/gate/gate.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { type Models, UpstreamFailure } from '#lib/upstream/model.ts';
import type { FailureCode } from '#lib/wire/error-code.ts';
import type { Race, RaceRun } from '#lib/wire/flow.ts';
import { raceCall } from './race-call.ts';
import { RaceNews } from './race-news.ts';

export interface RaceUnderWayPorts {
  gate: Gate;
  models: Models;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Of every change but the last, which `run` resolves with. The race is a copy. */
  tell: (race: Race) => void;
}

/** One race from its first call to its last. */
export class RaceUnderWay {
  readonly #userId: string;
  readonly #race: Race;
  readonly #ports: RaceUnderWayPorts;
  readonly #news: RaceNews;
  readonly #ending = new AbortController();

  constructor(userId: string, race: Pick<Race, 'id' | 'model' | 'prompts'>, ports: RaceUnderWayPorts) {
    this.#userId = userId;
    this.#ports = ports;
    const runs = (['one-by-one', 'at-once'] as const).flatMap((mode) =>
      race.prompts.map((_, prompt) => notAsked(mode, prompt)),
    );
    this.#race = { ...race, state: 'running', runs, oneByOneMs: null, atOnceMs: null, speedUp: null };
    this.#news = new RaceNews(() => ports.tell(this.snapshot()));
  }

  /** As it is now: a copy. */
  snapshot(): Race {
    return { ...this.#race, runs: this.#race.runs.map((run) => ({ ...run })) };
  }

  /** Waiting calls leave the queue and open ones are closed in this tick; `run` resolves right after. */
  stop(): void {
    this.#ending.abort();
  }

  /** To be called once. Resolves, with how it ended, when all calls are over and their permits given back. */
  async run(): Promise<Race> {
    const race = this.#race;
    const oneByOne = race.runs.filter(({ mode }) => mode === 'one-by-one');
    const atOnce = race.runs.filter(({ mode }) => mode === 'at-once');
    for (const run of oneByOne) await this.#make(run);
    race.oneByOneMs = lasted(oneByOne);
    await Promise.all(atOnce.map((run) => this.#make(run)));
    race.atOnceMs = lasted(atOnce);
    race.speedUp = speedUp(race);
    race.state = stateOf(race.runs);
    this.#news.close();
    return this.snapshot();
  }

  /** Never rejects. The first failure stops all others: there is nothing left to compare. */
  async #make(run: RaceRun): Promise<void> {
    const { signal } = this.#ending;
    if (signal.aborted) {
      run.state = 'stopped';
      return;
    }
    try {
      await raceCall(run, this.#callOf(run, signal), { ...this.#ports, news: this.#news });
      run.state = 'done';
    } catch (error) {
      run.endedAt ??= this.#ports.now();
      run.state = signal.aborted ? 'stopped' : 'failed';
      if (run.state === 'failed') {
        run.code = this.#codeOf(error);
        this.stop();
      }
    }
    this.#news.changed();
  }

  #callOf({ mode, prompt }: RaceRun, signal: AbortSignal) {
    const { id, model, prompts } = this.#race;
    const words = prompts[prompt] ?? '';
    return { id: `race:${id}:${mode}:${prompt}`, userId: this.#userId, lane: model, prompt: words, signal };
  }

  #codeOf(error: unknown): FailureCode {
    const race = this.#race.id;
    if (error instanceof UpstreamFailure || error instanceof GateRefusal) {
      this.#ports.log.warn({ race, code: error.code }, 'race failed');
      if (error instanceof UpstreamFailure) return error.code;
      return error.code === 'draining' ? 'server_stopped' : 'queue_timeout';
    }
    this.#ports.log.error({ race, err: error }, 'race failed');
    return 'server_error';
  }
}

function notAsked(mode: RaceRun['mode'], prompt: number): RaceRun {
  const times = { askedAt: null, startedAt: null, firstTokenAt: null, endedAt: null };
  return { mode, prompt, state: 'waiting', ...times, tokens: 0, code: null };
}

/** From the first request to the last ending, ms; null unless all were answered. */
function lasted(half: readonly RaceRun[]): number | null {
  if (half.some(({ state }) => state !== 'done')) return null;
  const asked = half.map(({ askedAt }) => askedAt ?? Infinity);
  const ended = half.map(({ endedAt }) => endedAt ?? -Infinity);
  return Math.max(...ended) - Math.min(...asked);
}

/** Null also when the clock saw no time pass: then nothing was measured. */
function speedUp({ oneByOneMs, atOnceMs }: Race): number | null {
  return oneByOneMs !== null && atOnceMs !== null && atOnceMs > 0 ? oneByOneMs / atOnceMs : null;
}

function stateOf(runs: readonly RaceRun[]): Race['state'] {
  if (runs.some(({ state }) => state === 'failed')) return 'failed';
  return runs.every(({ state }) => state === 'done') ? 'done' : 'stopped';
}
