import { expect, it, vi } from 'vitest';
import { type Database, lastingBackend } from './embedded-lasting.ts';

const turn = Buffer.from('turn');
const ready = Buffer.from('Z\0\0\0\x05I', 'latin1');

function errorAnswer(severity: string, text: string): Buffer {
  const body = `S${severity}\0V${severity}\0C53100\0M${text}\0\0`;
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const panic = Buffer.concat([Buffer.from('T\0\0\0\x04'), errorAnswer('PANIC', 'No space left')]);

function database(...answers: (Buffer | Error)[]): Database & { closed: () => boolean } {
  const close = vi.fn(async () => undefined);
  const execProtocolRaw = async () => {
    const answer = answers.shift() ?? ready;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { execProtocolRaw, close, closed: () => close.mock.calls.length > 0 };
}

/** A disk on which opening works or not, and a clock that stands still unless it is moved. */
async function world(...databases: (Database | Error)[]) {
  const time = { ms: 0 };
  const reasons: string[] = [];
  const open = vi.fn(async () => {
    const next = databases.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error('none is left');
    return next;
  });
  const backend = await lastingBackend(
    open,
    (reason) => reasons.push(reason),
    () => time.ms,
  );
  return { backend, open, reasons, time };
}

it('[F100] [S26] a database that panicked is closed and opened anew before the next turn', async () => {
  const first = database(panic);
  const { backend, open, reasons } = await world(first, database());
  await expect(backend.execProtocolRaw(turn)).rejects.toThrow('The database gave up: No space left');
  expect(first.closed()).toBe(true);
  expect(reasons).toEqual(['No space left']);
  expect(await backend.execProtocolRaw(turn)).toBe(ready);
  expect(open).toHaveBeenCalledTimes(2);
});

it('[S26] so is one that broke without an answer', async () => {
  const { backend } = await world(database(new Error('unreachable')), database());
  await expect(backend.execProtocolRaw(turn)).rejects.toThrow('unreachable');
  expect(await backend.execProtocolRaw(turn)).toBe(ready);
});

it('[S26] while it does not open, turns fail at once, and one a second tries again', async () => {
  const full = new Error('no room');
  const { backend, open, time } = await world(database(panic), full, full, database());
  await expect(backend.execProtocolRaw(turn)).rejects.toThrow('gave up');
  for (let count = 0; count < 5; count += 1)
    await expect(backend.execProtocolRaw(turn)).rejects.toThrow('no room');
  expect(open).toHaveBeenCalledTimes(2);
  time.ms = 1_000;
  await expect(backend.execProtocolRaw(turn)).rejects.toThrow('no room');
  time.ms = 2_000;
  expect(await backend.execProtocolRaw(turn)).toBe(ready);
});

it('[S26] an error that is no panic changes nothing', async () => {
  const error = Buffer.concat([errorAnswer('ERROR', 'VPANIC'), ready]);
  const first = database(error, Buffer.concat([errorAnswer('ERROR', 'PANIC')]));
  const { backend, open } = await world(first);
  expect(await backend.execProtocolRaw(turn)).toBe(error);
  await backend.execProtocolRaw(turn);
  expect(first.closed()).toBe(false);
  expect(open).toHaveBeenCalledTimes(1);
});
