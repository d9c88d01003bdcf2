import { seeded } from '#lib/seeded-fixture.ts';
import { Gate, type GateClass } from './gate.ts';
import { type Call, LANES, PER_USER, Witness } from './witness.ts';

const USERS = ['ann', 'bob', 'cy', 'dee', 'eve', 'heavy'] as const;
const CLASSES: readonly GateClass[] = ['interactive', 'interactive', 'helper', 'background'];
const PATIENCE = 2;
const SHARE = 0.25;
/** Most users with a line in one lane and class. */
const MOST_LINES = 8;
/** Lines ahead × patience and ties over all lanes × the worst share of a class. */
export const MOST_OVERTAKEN = MOST_LINES * (PATIENCE + 1) * LANES.length * (1 / SHARE + 1);

type Fixed = Partial<Pick<Call, 'user' | 'class' | 'weight'>>;

/** A gate under random load with all limits on, beside a model of it that only counts. For tests. */
export class World extends Witness {
  readonly random: () => number;
  readonly gate: Gate;
  readonly calls: Call[] = [];
  #ids = 0;
  /** The one timer that the owner of a gate keeps, as `Gate.wakeAt` says. */
  #armedAt: number | null = null;

  constructor(seed: number) {
    super();
    this.random = seeded(seed);
    const shares = { helper: SHARE, background: SHARE };
    const { most, mostPerUser } = this.bounds;
    const bounds = {
      ...{ maxWaiting: most.others, maxWaitingPerUser: mostPerUser.others },
      ...{ maxBackground: most.background, maxBackgroundPerUser: mostPerUser.background },
    };
    const limits = { limit: 4, perUser: PER_USER, patience: PATIENCE, shares };
    this.gate = new Gate({ ...limits, ...bounds, now: () => this.clock.ms });
    this.gate.on((event) => this.hear(event));
    this.gate.on(() => this.#arm());
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  arrive(fixed: Fixed = {}): void {
    const user = fixed.user ?? (this.random() < 0.4 ? 'heavy' : this.pick(USERS));
    const deadlineMs = this.random() < 0.5 ? undefined : 200 + Math.floor(this.random() * 20_000);
    const call: Call = {
      id: `call ${this.#ids++}`,
      lane: this.pick(LANES),
      user,
      class: fixed.class ?? this.pick(CLASSES),
      weight: fixed.weight ?? 1 + Math.floor(this.random() * (this.random() < 0.02 ? 9000 : 1000)),
      stop: new AbortController(),
      deadline: this.clock.ms + (deadlineMs ?? Infinity),
      state: 'waiting',
      settled: 0,
      round: 0,
    };
    this.calls.push(call);
    this.waiting.set(call.id, call);
    const { id, lane, class: gateClass, weight } = call;
    const request = { id, lane, user, class: gateClass, weight, signal: call.stop.signal };
    this.gate.acquire({ ...request, ...(deadlineMs === undefined ? {} : { deadlineMs }) }).then(
      (permit) => {
        call.settled += 1;
        call.permit = permit;
      },
      () => {
        call.settled += 1;
        if (call.state === 'open') this.faults.push(`${id} was granted and rejected`);
      },
    );
  }

  /** Ever new users with small replies, one after the other: a batch and a user served much must get through. */
  besiege(): void {
    this.pass(50);
    const waits = [...this.waiting.values()];
    if (waits.length >= MOST_LINES) this.end();
    else if (!waits.some((call) => call.class === 'background'))
      this.arrive({ class: 'background', user: 'batch' });
    else if (!waits.some((call) => call.user === 'heavy')) {
      this.arrive({ class: 'interactive', user: 'heavy', weight: 100_000 });
    } else this.arrive({ class: 'interactive', user: `new ${this.#ids}`, weight: 1 });
  }

  /** Ends an open call the way calls end: stopped or not, with a figure, without one, with nothing, and now and then twice. */
  end(call: Call | undefined = this.#someOpen()): void {
    if (!call?.permit) return;
    if (this.random() < 0.3) call.stop.abort(new Error('stopped while open'));
    if (this.random() < 0.7) this.#succeed(call);
    const dice = this.random();
    this.release(call, dice < 0.3 ? null : dice < 0.5 ? 0 : Math.floor(dice * 3000));
  }

  /** An open call is turned away: 429 with a time or without, or no first token in time. */
  throttle(): void {
    const call = this.#someOpen();
    if (!call?.permit) return;
    const lane = this.lane(call.lane);
    const now = this.clock.ms;
    const isNamed = this.random() < 0.8;
    const retryAfterMs = this.random() < 0.5 ? null : Math.floor(this.random() * 4000);
    lane.throttled(isNamed ? call.round : null, this.ceiling(call.lane), now);
    if (retryAfterMs) lane.close(now + retryAfterMs, now);
    this.gate.throttled(call.lane, { retryAfterMs, ...(isNamed ? { id: call.id } : {}) });
    this.release(call, 0);
  }

  stop(): void {
    if (this.waiting.size === 0) return;
    const call = this.pick([...this.waiting.values()]);
    this.left(call);
    call.stop.abort(new Error('stopped'));
  }

  /** Time passes, and the gate is woken when it asked for it. */
  pass(ms: number): void {
    const target = this.clock.ms + Math.floor(ms);
    for (let at = this.#armedAt; at !== null && at <= target; at = this.#armedAt) {
      if (at <= this.clock.ms) throw new Error(`asks to be woken at ${at}, at ${this.clock.ms}`);
      this.clock.ms = at;
      this.gate.wake();
      this.#arm();
    }
    this.clock.ms = target;
  }

  changeLimit(): void {
    const name = this.random() < 0.6 ? this.pick(LANES) : null;
    const limit = Math.floor(this.random() * 7);
    if (name) this.lane(name).limit = limit;
    else this.limit = limit;
    if (name) this.gate.setLaneLimit(name, limit);
    else this.gate.setLimit(limit);
  }

  changeRates(): void {
    const name = this.pick(LANES);
    const rates = {
      requestsPerMinute: this.random() < 0.4 ? null : 1 + Math.floor(this.random() * 150),
      tokensPerMinute: this.random() < 0.4 ? null : 300 + Math.floor(this.random() ** 2 * 60_000),
    };
    this.lane(name).setRates(rates, this.clock.ms);
    this.gate.setLaneRates(name, rates);
  }

  /** Back to plain limits: no rates, every lane open and adapted up to its ceiling. */
  openUp(): void {
    this.limit = 4;
    this.gate.setLimit(4);
    for (const [name, lane] of this.lanes) {
      lane.limit = 2;
      this.gate.setLaneLimit(name, 2);
      lane.setRates({}, this.clock.ms);
      this.gate.setLaneRates(name, {});
      this.pass(Math.max(0, lane.closedUntil - this.clock.ms));
      for (let n = 0; n < 10; n += 1) {
        lane.succeeded(null, this.ceiling(name), this.clock.ms);
        this.gate.succeeded(name);
      }
    }
  }

  #arm(): void {
    this.#armedAt = this.gate.wakeAt();
  }

  #someOpen(): Call | undefined {
    return this.open.size > 0 ? this.pick([...this.open.values()]) : undefined;
  }

  #succeed(call: Call): void {
    const lane = this.lane(call.lane);
    const isNamed = this.random() < 0.8;
    lane.succeeded(isNamed ? call.round : null, this.ceiling(call.lane), this.clock.ms);
    this.gate.succeeded(call.lane, isNamed ? { id: call.id } : {});
  }

  release(call: Call, tokens: number | null): void {
    call.state = 'over';
    this.open.delete(call.id);
    this.lane(call.lane).tokens.take((tokens ?? call.weight) - call.weight, this.clock.ms);
    if (tokens === null) call.permit?.release();
    else call.permit?.release({ tokens });
    if (this.random() < 0.2) call.permit?.release({ tokens: 7 });
  }
}
