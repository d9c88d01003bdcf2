import {
  MODEL,
  type Rehearsal,
  type RehearsalOptions,
  rehearse,
  settle,
} from '#lib/generation/rehearsal-fixture.ts';
import { Audience } from './audience.ts';
import { Connection } from './connection.ts';
import { FlushWheel } from './flush-wheel.ts';
import type { Viewer } from './viewer.ts';

export interface Stage extends Rehearsal {
  audience: Audience;
  wheel: FlushWheel;
  /** Milliseconds; moved by hand. */
  time: { now: number };
  /** Connects (or connects again) and says hello. */
  enter(viewer: Viewer, userId: string): Connection;
  /** Everything that can happen happens, and every frame arrives. */
  quiesce(...viewers: Viewer[]): Promise<void>;
}

export { MODEL };

/** The realtime room over a rehearsal, with viewers at the other end of socket pairs. */
export function stage(options: RehearsalOptions = {}): Stage {
  const audience = new Audience();
  const rehearsal = rehearse({ ...options, publish: audience });
  const time = { now: 0 };
  const clock = () => time.now;
  const wheel = new FlushWheel(clock);
  const ports = { ...rehearsal, publish: audience, audience, wheel, clock };
  return {
    ...rehearsal,
    audience,
    wheel,
    time,
    enter(viewer, userId) {
      const pair = viewer.reconnect();
      const visitor = {
        userId,
        sessionId: `session-${userId}`,
        expiresAt: Number.POSITIVE_INFINITY,
        guest: true,
      };
      const connection = new Connection(visitor, pair.socket, ports);
      pair.attach(connection);
      return connection;
    },
    async quiesce(...viewers) {
      for (let round = 0; round < 4; round += 1) {
        for (const { pair } of viewers) pair.deliverToServer();
        await settle(6);
        time.now += 1_000;
        wheel.tick();
        for (const { pair } of viewers) pair.deliverToClient();
      }
    },
  };
}
