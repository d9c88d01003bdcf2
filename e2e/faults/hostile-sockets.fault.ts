import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits, PROTOCOL_VERSION } from '#lib/wire/protocol.ts';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { askRaw } from './ask.ts';
import { BeaconTrap } from './beacon-trap.ts';
import { ended } from './endings.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { peakMemory } from './memory.ts';
import { type FrameShape, frame, handshake, op, RawWs } from './raw-ws.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const guest = () => RawClient.guest(house.weir.url);

const headersOf = (client: RawClient): Array<[string, string]> => [
  ['cookie', client.cookie],
  ['origin', house.weir.url],
];
const hello = () => frame(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION }));

/** The code in the server's close frame; null when it hangs up without one. */
async function closedWith(socket: RawWs): Promise<number | null> {
  const closing = () => socket.frames().find(({ opcode }) => opcode === op.close);
  await socket.until(() => (closing() || socket.isClosed ? true : undefined), 'a close frame');
  const code = closing()?.payload.readUInt16BE(0) ?? null;
  socket.destroy();
  return code;
}

/** Room for what a run leaves in the heap for a while; what is refused would be far more. */
const spareMib = 96;

describe('a socket', () => {
  const floods: ReadonlyArray<[name: string, code: number, send: (socket: RawWs) => void]> = [
    ['one frame above the limit', 1009, (socket) => socket.write(frame('x'.repeat(limits.frameBytes + 1)))],
    [
      'pieces that add up to more',
      1009,
      (socket) => {
        for (let at = 0; at < 5; at++)
          socket.write(
            frame('x'.repeat(limits.frameBytes / 4), {
              opcode: at === 0 ? op.text : op.continuation,
              fin: false,
            }),
          );
      },
    ],
    ['a header that claims 2^62 bytes', 1009, (socket) => socket.write(frame('x', { claims: 2n ** 62n }))],
    ['a million pieces of one byte', 1008, (socket) => pieces(socket, 'x')],
    ['a million empty pieces', 1008, (socket) => pieces(socket, '')],
  ];

  function pieces(socket: RawWs, content: string): void {
    socket.write(frame('x', { fin: false }));
    const batch = Buffer.concat(
      Array.from({ length: 10_000 }, () => frame(content, { opcode: op.continuation, fin: false })),
    );
    for (let at = 0; at < 100; at++) socket.write(batch);
  }

  it('[F150] [F151] [W2] is closed for too much, in one piece or in many, in bounded memory, and others go on', async () => {
    const client = await guest();
    const mark = newMark();
    const sent = await client.say(`${mark} ${paced({ n: 6, k: 3, hold: mark, mark })}`, client.model);
    for (const [name, code, send] of floods) {
      const before = peakMemory(house.weir.pid);
      const socket = await RawWs.open(house.weir.port, { headers: headersOf(client) });
      socket.write(hello());
      send(socket);
      expect(await closedWith(socket), name).toBe(code);
      expect(peakMemory(house.weir.pid) - before, name).toBeLessThan(spareMib);
    }
    await house.upstream.release(mark);
    await ended(client, sent);
    expect(client.textOf(sent)).toBe(words(6, mark));
    await expectSound({ ...house, clients: [client], marks: [mark] });
  });

  const garbage: ReadonlyArray<
    [name: string, code: number, content: string | Uint8Array, shape: FrameShape]
  > = [
    ['a reserved bit', 1002, '{}', { reserved: 1 }],
    ['a compressed frame that nobody agreed on', 1002, '{}', { reserved: 4 }],
    ['an unknown opcode', 1002, '{}', { opcode: 3 }],
    ['an unknown control opcode', 1002, '{}', { opcode: 11 }],
    ['no mask', 1002, '{}', { masked: false }],
    ['a piece without a beginning', 1002, '{}', { opcode: op.continuation }],
    ['a ping of 126 bytes', 1002, 'x'.repeat(126), { opcode: op.ping }],
    ['a ping in pieces', 1002, 'x', { opcode: op.ping, fin: false }],
    ['text that is no UTF-8', 1007, new Uint8Array([0xc3, 0x28]), {}],
    ['a close code that is none', 1002, new Uint8Array([0, 1]), { opcode: op.close }],
    ['half a close code', 1002, new Uint8Array([3]), { opcode: op.close }],
    ['a close reason that is no UTF-8', 1007, new Uint8Array([3, 0xe8, 0xc3, 0x28]), { opcode: op.close }],
  ];

  it.each(garbage)('[F153] is closed for %s', async (_name, code, content, shape) => {
    const client = await guest();
    const socket = await RawWs.open(house.weir.port, { headers: headersOf(client) });
    socket.write(frame(content, shape));
    expect(await closedWith(socket)).toBe(code);
    await expectSound({ ...house, clients: [client] });
  });

  it('[F152] is never compressed, whatever is offered', async () => {
    const client = await guest();
    const headers = [...headersOf(client), ['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
    const socket = await RawWs.open(house.weir.port, { headers });
    expect(socket.received.toString('latin1')).not.toMatch(/sec-websocket-extensions/i);
    socket.destroy();
    await expectSound({ ...house, clients: [client] });
  });

  it('[F154] [F155] [F156] no other handshake gets one, and none makes us ask somebody else', async () => {
    const client = await guest();
    const trap = await BeaconTrap.start();
    const own = headersOf(client);
    const wishes: Array<[want: RegExp, bytes: string]> = [
      ...[
        '/',
        '/api/session',
        '/_next/webpack-hmr',
        '/ws/',
        '/WS',
        '/ws/../ws',
        trap.url,
        `//127.0.0.1:${trap.port}/`,
        `${trap.url}/ws`,
      ].map((target): [RegExp, string] => [
        /^(HTTP\/1\.1 4\d\d |$)/,
        handshake(house.weir.port, { target, headers: own }),
      ]),
      [
        /^HTTP\/1\.1 4\d\d /,
        handshake(house.weir.port, { headers: [...own, ['Sec-WebSocket-Key', 'short']] }),
      ],
      [
        /^HTTP\/1\.1 4\d\d /,
        handshake(house.weir.port, { headers: [...own, ['Sec-WebSocket-Version', '99']] }),
      ],
      [
        /^HTTP\/1\.1 431 /,
        handshake(house.weir.port, {
          headers: [
            ...own,
            ...Array.from({ length: 2_000 }, (_, at): [string, string] => [`X-${at}`, 'padding']),
          ],
        }),
      ],
      [
        /^HTTP\/1\.1 4\d\d /,
        handshake(house.weir.port, {
          headers: [...own, ['Sec-WebSocket-Protocol', ` ${'a '.repeat(5_000)}`]],
        }),
      ],
      [
        /^HTTP\/1\.1 4\d\d /,
        handshake(house.weir.port, { headers: [...own, ['Sec-WebSocket-Protocol', ' '.repeat(1_000_000)]] }),
      ],
    ];
    for (const [want, bytes] of wishes) {
      const answer = await askRaw(house.weir.port, bytes);
      expect(answer, bytes.slice(0, 200)).toMatch(want);
    }
    expect(trap.connections).toBe(0);
    await trap.stop();
    await expectSound({ ...house, clients: [client] });
  });
});
