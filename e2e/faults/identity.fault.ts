import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientMessage, clientMessage } from '#lib/wire/client-message.ts';
import { closeCodes } from '#lib/wire/close-code.ts';
import { parseServerFrame } from '#lib/wire/codec.ts';
import { PROTOCOL_VERSION } from '#lib/wire/protocol.ts';
import { RawClient, type Sent } from '../raw-client.ts';
import { newMark, paced, words } from '../script.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { answerTo, bare, claims, matrix, snapshot, types, unknown } from './message-matrix.ts';
import { frame, handshake, op, RawWs } from './raw-ws.ts';
import { enter, leave, userIdOf } from './session-door.ts';

let house: House;
beforeAll(async () => {
  // One call at a time: what is asked for second waits.
  house = await openHouse({ maxUpstream: 1 });
});
afterAll(() => house.close());

const guest = () => RawClient.guest(house.weir.url);

describe('a stranger', () => {
  it('[F112] [F113] [F114] [R4] gets for every type of message, before, during and after an answer, what nobody gets, and changes nothing', async () => {
    const known = clientMessage.def.options.map(({ shape }) => shape.type.def.values[0]);
    expect(new Set(known)).toEqual(new Set(types));
    const [owner, stranger] = await Promise.all([guest(), guest()]);
    const marks = [newMark(), newMark()] as const;
    const during = await owner.say(
      `${marks[0]} ${paced({ n: 9, k: 3, hold: marks[0], mark: marks[0] })}`,
      owner.model,
    );
    await owner.until(() => owner.textOf(during) === words(3, marks[0]) || undefined, 'three words');
    const before = await owner.say(`${marks[1]} ${paced({ n: 4, mark: marks[1] })}`, owner.model);
    const held = [await snapshot(owner, during.chatId), await snapshot(owner, before.chatId)].map(bare);

    const tryAll = async (of: Sent, what: string) => {
      for (const type of types) {
        const same = matrix[type].say(unknown(), stranger.model);
        for (const [at, message] of matrix[type].say(of, stranger.model).entries()) {
          const told = await answerTo(stranger, { ...message, ...claims(owner) } as ClientMessage);
          expect(told?.['type' as keyof object] ?? 'silence', `${type} ${what}`).toBe(matrix[type].gets);
          if (type === 'race' || type === 'stop-race') continue;
          expect(told, `${type} ${what}`).toEqual(await answerTo(stranger, same[at] as ClientMessage));
        }
      }
    };
    await tryAll(before, 'before');
    await tryAll(during, 'during');
    expect([await snapshot(owner, during.chatId), await snapshot(owner, before.chatId)].map(bare)).toEqual(
      held,
    );
    await house.upstream.release(marks[0]);
    for (const sent of [during, before]) {
      await owner.event(
        'state',
        ({ generation: { id, state } }) => id === sent.generationId && state.name === 'done',
      );
    }
    await tryAll(during, 'after');
    // Ids that are taken cannot be taken over, wherever they are put.
    for (const taken of ['messageId', 'replyId', 'generationId', 'chatId'] as const) {
      const ids = { ...unknown(), [taken]: during[taken] };
      const answer = await stranger.ask({ type: 'send', ...ids, text: 'mine', model: stranger.model });
      expect(answer.type, taken).toBe('refused');
    }
    const after = await snapshot(owner, during.chatId);
    expect(after.messages.map(({ text }) => text)[1]).toBe(words(9, marks[0]));
    expect(bare(after).messages).toEqual(held[0]?.messages);
    const seen = stranger.frames.join('\n');
    for (const secret of [...marks, owner.userId, during.replyId, before.messageId])
      expect(seen).not.toContain(secret);
    await expectSound({ ...house, clients: [owner, stranger], marks: [...marks] });
  });

  it('[F114] [F121] [H1] owns what it makes, whoever it says it is', async () => {
    const [owner, other] = await Promise.all([guest(), guest()]);
    const mark = newMark();
    const sent = { ...unknown(), text: `${mark} ${paced({ n: 2, mark })}`, model: other.model };
    const wish = { type: 'send', requestId: randomUUID(), ...sent, ...claims(owner) } as ClientMessage;
    other.send(wish);
    await other.event('state', ({ generation }) => generation.state.name === 'done');
    await Promise.all([other.close(), owner.close()]);
    const [mine, theirs] = [await other.connect(), await owner.connect()];
    expect(mine.chats.map(({ id }) => id)).toEqual([sent.chatId]);
    expect(mine.chats[0]?.createdAt).toBeGreaterThan(Date.now() - 600_000);
    expect(theirs.chats).toEqual([]);
    const path = await snapshot(other, sent.chatId);
    expect(path.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    const body = JSON.stringify(claims(owner));
    const headers = { 'content-type': 'application/json' };
    expect(userIdOf(await enter(house.weir, other.cookie, { headers, body }))).toBe(other.userId);
    await expectSound({ ...house, clients: [owner, other], marks: [mark] });
  });
});

describe('identity', () => {
  const lies = (userId: string): Record<string, string> => ({
    'x-user-id': userId,
    'x-forwarded-user': userId,
    'x-forwarded-for': '198.51.100.7',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-real-ip': '198.51.100.7',
    'x-session-id': userId,
    'x-weir-user': Buffer.from(JSON.stringify({ userId })).toString('base64'),
    authorization: `Bearer ${userId}`,
    'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
  });

  it('[F120] [H1] [H13] is what the cookie says, never a header, over HTTP and on the socket', async () => {
    const [owner, other] = await Promise.all([guest(), guest()]);
    const entered = await enter(house.weir, other.cookie, { headers: lies(owner.userId) });
    expect(userIdOf(entered)).toBe(other.userId);
    expect(JSON.stringify(entered)).not.toMatch(/evil\.example|198\.51/);
    const headers = Object.entries({ ...lies(owner.userId), origin: house.weir.url });
    const refused = await RawWs.connect(house.weir.port);
    refused.write(handshake(house.weir.port, { headers }));
    expect(await refused.status()).toBe(401);
    const socket = await RawWs.open(house.weir.port, { headers: [...headers, ['cookie', other.cookie]] });
    socket.write(frame(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, userId: owner.userId })));
    const welcome = await socket.until(
      () =>
        socket
          .frames()
          .filter(({ opcode }) => opcode === op.text)
          .flatMap(({ payload }) => parseServerFrame(payload.toString()))
          .find((event) => event.type === 'welcome'),
      'a welcome',
    );
    expect(welcome.userId).toBe(other.userId);
    socket.destroy();
    await expectSound({ ...house, clients: [owner, other] });
  });

  it('[F115] [F116] [R12] [G5] ends everywhere at once: the socket closes, nothing brings it back, the answer goes on unseen', async () => {
    const [owner, other] = await Promise.all([guest(), guest()]);
    const mark = newMark();
    const sent = await owner.say(`${mark} ${paced({ n: 6, k: 2, hold: mark, mark })}`, owner.model);
    await owner.until(() => owner.textOf(sent) === words(2, mark) || undefined, 'two words');
    const resume: ClientMessage = {
      type: 'watch',
      chatId: sent.chatId,
      revision: 1,
      have: [{ generation: sent.generationId, text: 3, reasoning: 0 }],
    };
    const { status } = await leave(house.weir, owner.cookie);
    expect(status).toBe(204);
    await expect(owner.event('beat', () => true, owner.events.length)).rejects.toThrow(
      `closed (${closeCodes.unauthorized})`,
    );
    const seen = owner.frames.length;
    // What is said into the closing socket, and every way back with the old cookie.
    owner.send({ type: 'stop', requestId: randomUUID(), ...sent });
    await expect(owner.connect()).rejects.toThrow('401');
    const again = await enter(house.weir, owner.cookie);
    expect(userIdOf(again)).not.toBe(owner.userId);
    // What the other needs for resuming is in nobody's way: it is of no use alone.
    expect(await answerTo(other, resume)).toMatchObject({ type: 'refused', code: 'not_found' });
    await house.upstream.release(mark);
    await expect.poll(async () => (await house.upstream.calls(mark))[0]?.outcome).toBe('finished');
    expect(owner.frames).toHaveLength(seen);
    expect(other.frames.join('\n')).not.toContain(mark);
    await expectSound({ ...house, clients: [owner, other], marks: [mark] });
  });
});

it('[F115] [R12] a frame after the session ended is never acted on', async () => {
  const owner = await guest();
  const mark = newMark();
  const sent = await owner.say(`${mark} ${paced({ n: 4, k: 2, hold: mark, mark })}`, owner.model);
  await owner.until(() => owner.textOf(sent) === words(2, mark) || undefined, 'two words');
  const socket = await RawWs.open(house.weir.port, {
    headers: [
      ['cookie', owner.cookie],
      ['origin', house.weir.url],
    ],
  });
  socket.write(frame(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION })));
  await socket.until(() => socket.frames()[0], 'a welcome');
  // On the wire together with, or just behind, the end of the session.
  const left = leave(house.weir, owner.cookie);
  await left;
  socket.write(frame(JSON.stringify({ type: 'stop', requestId: randomUUID(), ...sent })));
  await expect.poll(() => socket.frames().some(({ opcode }) => opcode === op.close)).toBe(true);
  await sleep(100);
  expect((await house.upstream.calls(mark))[0]?.outcome).toBe('open');
  socket.destroy();
  await house.upstream.release(mark);
  await expectSound({ ...house, clients: [owner], marks: [mark] });
});
