import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, embedMany, generateText, jsonSchema, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import { sdkWorld } from './sdk-fixture.ts';

const world = sdkWorld();
const words = 'w0 w1 w2 w3 w4';
const said = (directive: string) => `[[script:${directive}]]`;

/** The AI SDK's provider for compatible servers, unmodified. */
async function provided() {
  const { baseURL, key: apiKey, ...rest } = await world();
  const provider = createOpenAICompatible({ name: 'weir', baseURL, apiKey, includeUsage: true });
  return { provider, baseURL, ...rest };
}

const weather = tool({
  description: 'Tells the weather',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  execute: async ({ city }) => `sunny in ${city}`,
});

describe("a client that is not OpenAI's", () => {
  it('[H41] chats', async () => {
    const { provider } = await provided();
    const { text, usage, finishReason } = await generateText({
      model: provider('up/weir-demo'),
      prompt: said('paced n=5 d=0'),
    });
    expect([text, finishReason]).toEqual([words, 'stop']);
    expect(usage.outputTokens).toBe(5);
  });

  it('[H41] streams, with reasoning and usage', async () => {
    const { provider } = await provided();
    const stream = streamText({
      model: provider('up/weir-demo'),
      prompt: said('reasoning k=2 n=5 d=1'),
    });
    const pieces: string[] = [];
    for await (const piece of stream.textStream) pieces.push(piece);
    expect(pieces.join('')).toBe(words);
    expect(pieces.length).toBeGreaterThan(1);
    expect(await stream.reasoningText).toBe('r0 r1');
    expect((await stream.usage).outputTokens).toBeGreaterThan(0);
  });

  it('[H41] calls tools', async () => {
    const { provider } = await provided();
    const { toolResults } = await generateText({
      model: provider('up/weir-demo'),
      prompt: said('tools d=0'),
      tools: { get_weather: weather },
    });
    expect(toolResults.map(({ output }) => output)).toEqual(['sunny in Paris', 'sunny in Oslo']);
  });

  it('[H41] makes vectors', async () => {
    const { provider } = await provided();
    const { embeddings } = await embedMany({
      model: provider.embeddingModel('weir-demo-embedding'),
      values: ['one', 'two'],
    });
    expect(embeddings.map((vector) => vector.length)).toEqual([256, 256]);
  });

  it('[H41] reads our errors', async () => {
    const { provider } = await provided();
    const error = await generateText({ model: provider('none'), prompt: 'x', maxRetries: 0 }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 404, message: /`none` does not exist/ });
  });
});
