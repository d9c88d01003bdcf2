import type { Gate } from '#lib/gate/gate.ts';
import type { Log } from '#lib/telemetry/log.ts';
import type { Models } from '#lib/upstream/model.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import type { Race } from '#lib/wire/flow.ts';
import { RaceShelf } from './race-shelf.ts';
import { RaceUnderWay } from './race-under-way.ts';

export interface RacesPorts {
  gate: Gate;
  models: Models;
  /** Called with every change of a race, not with every token. The race is a copy. */
  tell: (userId: string, race: Race) => void;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  newId: () => string;
}

/** Races of people: the same prompts one after the other, then all at once, each person one race at a time. */
export class Races {
  readonly #ports: RacesPorts;
  readonly #underWay = new Map<string, RaceUnderWay>();
  readonly #overs = new Set<Promise<void>>();
  readonly #last: RaceShelf;
  #draining = false;

  constructor(ports: RacesPorts) {
    this.#ports = ports;
    this.#last = new RaceShelf(ports.now);
  }

  /** @throws Refusal `draining`, `conflict`, `unknown_model`, `queue_full`, `user_queue_full` */
  start(userId: string, wanted: Pick<Race, 'model' | 'prompts'>): void {
    this.#admit(userId, wanted.model);
    const { newId, tell } = this.#ports;
    const race = new RaceUnderWay(
      userId,
      { id: newId(), model: wanted.model, prompts: wanted.prompts },
      { ...this.#ports, tell: (changed) => tell(userId, changed) },
    );
    this.#underWay.set(userId, race);
    const over = race.run().then((ended) => {
      this.#underWay.delete(userId);
      this.#overs.delete(over);
      this.#last.keep(userId, ended);
      tell(userId, ended);
    });
    this.#overs.add(over);
  }

  /** @throws Refusal `not_running` */
  stop(userId: string): void {
    const race = this.#underWay.get(userId);
    if (race === undefined) throw new Refusal('not_running', 'The race is over already.');
    race.stop();
  }

  /** The race that runs, or the last one, for an hour. A copy. */
  of(userId: string): Race | null {
    return this.#underWay.get(userId)?.snapshot() ?? this.#last.of(userId);
  }

  /** Takes no new race and stops all others. Resolves once their calls are over. */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const race of this.#underWay.values()) race.stop();
    await Promise.all(this.#overs);
  }

  #admit(userId: string, model: string): void {
    const { models, gate } = this.#ports;
    if (this.#draining) {
      throw new Refusal('draining', 'Weir is restarting; start the race again in a moment.', {
        retryAfterMs: 3_000,
      });
    }
    if (this.#underWay.has(userId)) {
      throw new Refusal('conflict', 'A race is running already; stop it or wait for its end.');
    }
    if (models.find(model) === null) {
      throw new Refusal('unknown_model', 'This model is not offered any more; pick another one.');
    }
    const full = gate.refusal({ user: userId, lane: model, class: 'background' });
    if (full === null) return;
    throw new Refusal(full.code, 'Too much is waiting already; start the race again in a moment.', {
      retryAfterMs: full.retryAfterMs,
    });
  }
}
