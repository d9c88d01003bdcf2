import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientTurns, transactionStatus } from './embedded-frames.ts';

function message(type: string, body: string): Buffer {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.write(type, 0, 'latin1');
  bytes.writeInt32BE(4 + body.length, 1);
  bytes.write(body, 5, 'latin1');
  return bytes;
}

function opening(code: number, body = ''): Buffer {
  const bytes = Buffer.alloc(8 + body.length);
  bytes.writeInt32BE(bytes.length, 0);
  bytes.writeInt32BE(code, 4);
  bytes.write(body, 8, 'latin1');
  return bytes;
}

const encryption = opening(80_877_103);
const startup = opening(196_608, 'user\0postgres\0\0');
const cycle = Buffer.concat([
  message('P', 'parse'),
  message('B', 'bind'),
  message('E', ''),
  message('S', ''),
]);
const query = message('Q', 'BEGIN\0');

it('[S20] a turn is everything up to the point where the client waits, however the bytes arrive', () => {
  const stream = Buffer.concat([encryption, startup, cycle, query, message('X', '')]);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const turns = clientTurns();
      const found = edges.slice(1).flatMap((edge, index) => turns.push(stream.subarray(edges[index], edge)));
      expect(found).toEqual([
        { kind: 'encryption' },
        { kind: 'messages', bytes: startup },
        { kind: 'messages', bytes: cycle },
        { kind: 'messages', bytes: query },
        { kind: 'end' },
      ]);
    }),
  );
});

it('[S20] what is no Postgres client is turned away', () => {
  expect(() => clientTurns().push(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrow();
  const turns = clientTurns();
  turns.push(startup);
  expect(() => turns.push(Buffer.from('Q\xff\xff\xff\xff\xff', 'latin1'))).toThrow('Malformed');
});

it('[S20] the end of an answer tells whether a transaction is open', () => {
  for (const status of ['I', 'T', 'E'] as const) {
    expect(transactionStatus(Buffer.concat([message('C', 'BEGIN\0'), message('Z', status)]))).toBe(status);
  }
  expect(transactionStatus(message('1', ''))).toBeNull();
});
