import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Answer } from './answer.ts';
import { UpstreamFailure } from './model.ts';

/** Values that stand where others are expected; half surrogates and keys of every object's prototype among them. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<fc.JsonValue>(null, '3', 3, -1, '', 'user', 'stop', '\ud800', [], {}),
);
const shaped = (keys: readonly string[], value: fc.Arbitrary<fc.JsonValue>) =>
  fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 6 });
const bad = ['__proto__', 'constructor', 'toString'];
const delta = shaped(
  ['role', 'content', 'refusal', 'reasoning', 'reasoning_content', 'tool_calls', ...bad],
  anything,
);
const choice = shaped(
  ['index', 'delta', 'message', 'finish_reason', 'logprobs', ...bad],
  fc.oneof(anything, delta),
);
const chunk = shaped(
  ['choices', 'usage', 'error', 'object', 'id', ...bad],
  fc.oneof(anything, fc.array(fc.oneof(choice, anything), { maxLength: 3 })),
);

function read(chunks: readonly unknown[]): unknown {
  const heard: string[] = [];
  const sink = { text: (text: string) => heard.push(text), reasoning: (text: string) => heard.push(text) };
  const watch = { content: () => undefined, finished: () => undefined };
  try {
    const answer = new Answer(sink, watch);
    for (const one of chunks) answer.event(JSON.stringify(one), '');
    return { ...answer.ending(), heard };
  } catch (failure) {
    return failure;
  } finally {
    expect(heard.every((text) => typeof text === 'string' && text !== '')).toBe(true);
  }
}

it('[F25] [U8] whatever shapes come, there is an ending or a failure with a code, and no prototype is touched', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const property = fc.property(fc.array(fc.oneof(chunk, anything), { maxLength: 6 }), (chunks) => {
    const outcome = read(chunks);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UpstreamFailure);
    else expect(outcome).toMatchObject({ finish: expect.any(String) });
  });
  fc.assert(property, { numRuns: 3000 });
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});
