import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scrape, scrape } from '#lib/telemetry/scrape-fixture.ts';
import type { RawClient } from '../raw-client.ts';
import { type Stored, type StoredMessage, stored, storedAnswers } from '../stored.ts';
import type { Call, Upstream } from '../upstream.ts';
import { canaries, type Weir } from '../weir.ts';
import { openFiles } from './open-files.ts';
import { seenBy } from './seen.ts';

export interface Sound {
  /** Must run. */
  readonly weir: Weir;
  readonly upstream: Upstream;
  /** Are closed first; what they received is looked through. */
  readonly clients?: readonly RawClient[];
  /**
   * Each in the text of one or more messages of one person and nowhere else. With marks the server is ended in order, read
   * past its memory and started again, which takes about two seconds.
   */
  readonly marks?: readonly string[];
  /** Upstream calls beyond one per stored generation, over all marks: tries again, adopted answers, deleted chats. */
  readonly retries?: number;
  /** Browser sockets that stay open. */
  readonly sockets?: number;
  /** Lines of the log that would be faults, had the test not made them. */
  readonly allowed?: readonly RegExp[];
  /** What was asked and still waits may take so much longer, ms. */
  readonly backlogMs?: number;
  /** Do not start the server again. */
  readonly leaveEnded?: boolean;
}

/** The invariants that every fault ends with. Throws an AssertionError that says which one does not hold. */
export async function expectSound(sound: Sound): Promise<void> {
  const { weir, upstream, clients = [], marks = [], allowed = [] } = sound;
  assert.ok(weir.isRunning, `[I9] the server is gone:\n${weir.logs()}`);
  await Promise.all(clients.map((client) => client.close()));
  await expectRest(sound);
  if (marks.length > 0) {
    const calls = await Promise.all(marks.map((mark) => upstream.calls(mark)));
    assert.equal(await weir.sigterm(), 0, `[I9] the server did not end in order:\n${weir.logs()}`);
    const found = await stored(weir);
    // Before anything is found wrong: the next test needs it.
    if (!sound.leaveEnded) await weir.restart();
    expectStored(sound, found, calls);
  }
  assert.deepEqual(logFaults(weir, allowed), [], '[I9] faults in the log');
  for (const secret of [...canaries, ...marks]) {
    assert.ok(!weir.logs().includes(secret), `[I7] ${secret} is in the log`);
  }
}

/** Lines of the log that no server prints that is well. */
export function logFaults(weir: Weir, allowed: readonly RegExp[] = []): string[] {
  const isFault = (line: string) => /"level":(50|60)\b|unhandled|uncaught|Warning:|^\s+at /i.test(line);
  return weir
    .logs()
    .split('\n')
    .filter((line) => isFault(line) && !allowed.some((pattern) => pattern.test(line)));
}

/** [I2, I4, I5] Nothing runs, waits or is held, on either side of the wire. */
export async function expectRest({ weir, upstream, sockets = 0, backlogMs = 0 }: Sound): Promise<void> {
  let busy: string[] = [];
  // A socket that vanished without a word is noticed by the heartbeat, after half a minute; a busy machine may take longer.
  for (const began = performance.now(); performance.now() - began < 60_000 + backlogMs; await sleep(100)) {
    const metrics = await weir.metrics();
    for (const secret of canaries) assert.ok(!metrics.includes(secret), `[I7] ${secret} is in the metrics`);
    const { open } = await upstream.stats();
    busy = notAtRest(scrape(metrics), sockets);
    if (open > 0) busy.push(`${open} calls open at the upstream`);
    const files = openFiles(weir.pid);
    if (files > weir.filesWhenReady + spareFiles + sockets) busy.push(`${files} open files`);
    if (busy.length === 0) return;
  }
  assert.deepEqual(busy, [], '[I2, I4, I5] the server does not come to rest');
}

/** Connections that are kept for later: to the database, to upstreams, of clients of HTTP. */
const spareFiles = 64;

function notAtRest(metrics: Scrape, sockets: number): string[] {
  const bounds: Record<string, number> = {
    weir_permits_held: 0,
    weir_queue_length: 0,
    weir_lane_held: 0,
    weir_lane_waiting: 0,
    weir_generations_running: 0,
    weir_sockets_open: sockets,
  };
  return Object.entries(bounds)
    .map(([name, most]) => ({ name, most, value: metrics.count(name) }))
    .filter(({ most, value }) => value > most)
    .map(({ name, value }) => `${name} is ${value}`);
}

/** [I2, I3, I6, I8] What is in the database agrees with what the upstream sent and with what the clients saw. */
function expectStored(
  { clients = [], marks = [], retries = 0 }: Sound,
  found: Stored,
  calls: Call[][],
): void {
  assert.equal(found.unfinished, 0, '[I2] generations without an ending');
  assert.equal(found.pieces, 0, '[I2] checkpoints without a generation');
  let spare = retries;
  for (const [at, mark] of marks.entries()) {
    const made = calls[at] ?? [];
    const answers = storedAnswers(found, mark);
    for (const answer of answers) expectSent(answer, made);
    const generations = answers.reduce((sum, answer) => sum + answer.generations, 0);
    spare -= Math.max(0, made.length - generations);
    assert.ok(spare >= 0, `[I8] ${made.length} calls for ${generations} generations of ${mark}`);
    const readers = clients.filter(({ frames }) => frames.some((frame) => frame.includes(mark)));
    const people = new Set(readers.map(({ userId }) => userId));
    assert.ok(people.size <= 1, `[I6] ${mark} reached ${people.size} people`);
  }
  const texts = new Map(found.messages.map(({ id, text }) => [id, text]));
  for (const client of clients) expectSeen(client, texts);
}

/** Done: exactly what one call sent, or several in a row that continued it. Else: the beginning of that. */
function expectSent({ id, text, state }: StoredMessage, calls: readonly Call[]): void {
  const sent = calls.flatMap((_, from) =>
    calls.slice(from).map((_, more) =>
      calls
        .slice(from, from + more + 1)
        .map(({ sentText }) => sentText)
        .join(''),
    ),
  );
  const fits = sent.some((whole) => (state === 'done' ? whole === text : whole.startsWith(text)));
  assert.ok(
    fits || text === '',
    `[I3] what is stored of ${id} (${state}) was never sent: ${text.slice(0, 200)}`,
  );
}

function expectSeen({ events, frames }: RawClient, texts: ReadonlyMap<string, string>): void {
  for (const secret of canaries) {
    assert.ok(!frames.some((frame) => frame.includes(secret)), `[I7] ${secret} is in a frame`);
  }
  for (const [id, { text, isWhole }] of seenBy(events)) {
    const kept = texts.get(id);
    if (kept === undefined) continue;
    if (isWhole) assert.equal(text, kept, `[I3] seen and stored of ${id} differ`);
    // Whoever never came back after a crash may have seen more than the last checkpoint.
    else assert.ok(kept.startsWith(text) || text.startsWith(kept), `[I3] ${id} was seen with another text`);
  }
}
