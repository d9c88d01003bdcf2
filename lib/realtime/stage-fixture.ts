import { randomUUID } from 'node:crypto';
import {
  MODEL,
  type Rehearsal,
  type RehearsalOptions,
  rehearse,
  settle,
} from '#lib/generation/rehearsal-fixture.ts';
import { Races } from '#lib/jobs/race.ts';
import { Audience } from './audience.ts';
import { Connection } from './connection.ts';
import { FlowFeed } from './flow-feed.ts';
import { FlushWheel } from './flush-wheel.ts';
import type { ToolSight } from './tool-requests.ts';
import type { Viewer } from './viewer.ts';

export interface Stage extends Rehearsal {
  tools: ToolSight;
  audience: Audience;
  wheel: FlushWheel;
  /** Milliseconds; moved by hand. */
  time: { now: number };
  feed: FlowFeed;
  races: Races;
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
  const feed = new FlowFeed({
    record: rehearsal.flow,
    all: () => audience.all(),
    raceOf: (id) => races.of(id),
  });
  const races = new Races({
    ...rehearsal,
    tell: (userId, race) => audience.race(userId, race),
    now: Date.now,
    newId: randomUUID,
  });
  const tools = {
    sight: { type: 'tools' as const, toolsets: rehearsal.toolbox.toolsets(), presets: [] },
    look: () => rehearsal.toolbox.look(),
  };
  const ports = { ...rehearsal, tools, publish: audience, audience, wheel, clock, races, flow: feed };
  return {
    ...rehearsal,
    audience,
    wheel,
    feed,
    races,
    tools,
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
