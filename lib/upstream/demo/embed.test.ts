import { describe, expect, it } from 'vitest';
import { call } from './caller.ts';
import { defaultDimensions, embed } from './embed.ts';
import { scriptedUpstream } from './house-fixture.ts';

const near = (a: string, b: string) => {
  const right = embed(b, defaultDimensions);
  return embed(a, defaultDimensions).reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
};

describe('demo embeddings', () => {
  it.each(['hello', '', '👩‍👩‍👧', 'the of and', 'x '.repeat(5000)])('[U48] %j has length one', (text) => {
    for (const dimensions of [1, 2, 256, 1536]) {
      expect(Math.hypot(...embed(text, dimensions))).toBeCloseTo(1, 5);
    }
  });

  it('[U48] the same text has the same vector', () => {
    expect(embed('some text', 64)).toEqual(embed('some text', 64));
  });

  it.each([
    ['How do I fix my car?', 'Repairing an automobile', 'The best recipe for tomato soup'],
    ['cheap flights to Oslo', 'affordable flight Oslo', 'my dog is ill'],
    ['delete a file', 'how to remove files', 'weather forecast for Paris'],
    ['Beginning to learn piano', 'how do I start studying the piano', 'price of houses in Berlin'],
  ])('[U48] %j is nearer to %j than to %j', (text, paraphrase, other) => {
    expect(near(text, paraphrase)).toBeGreaterThan(0.5);
    expect(Math.abs(near(text, other))).toBeLessThan(0.3);
  });
});

describe('the embeddings endpoint', () => {
  const upstream = scriptedUpstream();
  const embeddings = (body: object) =>
    call(upstream().port, 'POST', '/v1/embeddings', { model: 'weir-demo', ...body });

  it('[U48] gives one vector per input, in order, as numbers or base64 alike', async () => {
    const input = ['one', 'two'];
    const plain = JSON.parse((await embeddings({ input, dimensions: 8 })).body);
    const packed = JSON.parse((await embeddings({ input, dimensions: 8, encoding_format: 'base64' })).body);
    expect(plain.data.map((item: { index: number }) => item.index)).toEqual([0, 1]);
    for (const at of [0, 1]) {
      const bytes = Buffer.from(packed.data[at].embedding, 'base64');
      const unpacked = Array.from({ length: 8 }, (_, place) => bytes.readFloatLE(place * 4));
      expect(unpacked).toEqual(plain.data[at].embedding);
    }
    expect(plain.usage.total_tokens).toBeGreaterThan(0);
  });

  it('[U48] a directive in any input makes the whole call fail, times=k as often as wanted', async () => {
    const input = ['fine', 'poison [[script:status code=400 times=1]]'];
    expect((await embeddings({ input })).status).toBe(400);
    expect((await embeddings({ input })).status).toBe(200);
    const outcomes = upstream()
      .server.control.calls({ kind: 'embedding' })
      .map((seen) => seen.outcome);
    expect(outcomes).toEqual(['failed', 'finished']);
  });
});
