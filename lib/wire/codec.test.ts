import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClientMessage, clientMessage } from './client-message.ts';
import { closeCodes, mayComeBack } from './close-code.ts';
import {
  encodeClientMessage,
  encodeDelta,
  encodeEvent,
  joinFrame,
  parseClientMessage,
  parseServerFrame,
  requestIdOf,
} from './codec.ts';
import { failureCode, failureSentence, Refusal } from './error-code.ts';
import { limits } from './protocol.ts';

const id = '01a1fe19-8919-77bf-bd3b-814720e23c90';

function refusalOf(frame: string): Refusal {
  try {
    parseClientMessage(frame);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('frames of a client', () => {
  it('[W1] come back as they went', () => {
    const message: ClientMessage = {
      type: 'watch',
      chatId: id,
      revision: 3,
      have: [{ generation: id, text: 1, reasoning: 0 }],
    };
    expect(parseClientMessage(encodeClientMessage(message))).toEqual(message);
  });

  it('[W2] are refused with the first wrong field', () => {
    expect(refusalOf('{').message).toBe('frame: not JSON');
    expect(refusalOf(`{"type":"watch","chatId":5}`)).toMatchObject({ code: 'bad_message' });
    expect(refusalOf(`{"type":"watch","chatId":5}`).message).toMatch(/^chatId: /);
    const long = JSON.stringify({
      type: 'edit-follow-up',
      requestId: id,
      chatId: id,
      messageId: id,
      text: 'x'.repeat(limits.textLength + 1),
    });
    expect(refusalOf(long).code).toBe('too_long');
  });

  it('[F157] [F159] [W2] never do more than be refused, whatever they hold', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (frame) => {
        expect(refusalOf(frame)).toBeInstanceOf(Refusal);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });

  it.each([[{ not: '' }], [{ startsWith: 'a' }], [{ contains: '' }], [[1]], [null], [true], [-1.5]])(
    '[F160] [W2] with %j in place of any field are refused, whatever their type',
    (operator) => {
      for (const { shape } of clientMessage.def.options) {
        const names = Object.keys(shape);
        const usual = {
          ...Object.fromEntries(names.map((name) => [name, id])),
          type: shape.type.def.values[0],
        };
        for (const name of names.filter(
          (name) => !(name === 'on' && operator === true) && name !== 'protocol',
        )) {
          const frame = JSON.stringify({ ...usual, [name]: operator });
          expect(refusalOf(frame), frame).toBeInstanceOf(Refusal);
        }
      }
    },
  );

  it('[W3] tell their request even when they are wrong', () => {
    expect(requestIdOf(`{"type":"stop","requestId": "${id}"`)).toBe(id);
    expect(requestIdOf('{"requestId":"no id"}')).toBeNull();
  });
});

describe('frames of the server', () => {
  it('[W6] are lists of events, in order', () => {
    const frame = joinFrame([encodeEvent({ type: 'beat' }), encodeDelta(id, 4, 'a "quoted" 😀\n', true)]);
    expect(parseServerFrame(frame)).toEqual([
      { type: 'beat' },
      { type: 'delta', generation: id, at: 4, text: 'a "quoted" 😀\n', channel: 'reasoning' },
    ]);
    expect(() => parseServerFrame('[{"type":"news"}]')).toThrow(Refusal);
  });
});

it('[W5] the number of a close code says whether to come back', () => {
  expect(
    Object.entries(closeCodes)
      .filter(([, code]) => !mayComeBack(code))
      .map(([name]) => name),
  ).toEqual(['unsupportedVersion', 'unauthorized', 'tooManyConnections', 'noHello']);
  expect([1000, 1001, 1006, 1012].every(mayComeBack)).toBe(true);
});

it('every failure has a sentence for people', () => {
  expect(Object.keys(failureSentence).sort()).toEqual([...failureCode.options].sort());
});
