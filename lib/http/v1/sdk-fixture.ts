import OpenAI from 'openai';
import { onTestFinished } from 'vitest';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { openCatalog } from '#lib/upstream/catalog.ts';
import { scriptedUpstream } from '#lib/upstream/demo/house-fixture.ts';
import { openaiUpstream } from '#lib/upstream/openai-model.ts';
import { testServer } from '../test-server.ts';
import type { V1WorldOptions } from './v1-fixture.ts';

/** At the top of a file: /v1 on a real port, over the real upstream client and the scripted upstream; one for each test. */
export function sdkWorld() {
  const upstream = scriptedUpstream();
  return async (options: V1WorldOptions = {}) => {
    const { port, server } = upstream();
    const catalog = await openCatalog({
      config: {
        upstreams: [
          {
            name: 'up',
            baseUrl: `http://127.0.0.1:${port}/v1`,
            key: null,
            models: ['weir-demo', 'scripted-tools'],
            embeddingModels: ['weir-demo-embedding'],
            timeouts: {},
          },
        ],
        model: null,
        findsLocal: false,
      },
      log: memoryLog(),
      ownPort: 0,
      connect: openaiUpstream,
    });
    onTestFinished(() => catalog.close());
    const weir = await testServer({ v1: { models: catalog, ...options } });
    const { key } = await weir.keys.create('anna', 'test');
    const baseURL = `${weir.origin}/v1`;
    const client = new OpenAI({ apiKey: key, baseURL, maxRetries: 0 });
    return { ...weir, key, baseURL, client, control: server.control };
  };
}

/** A user message that plays a script. */
export const script = (directive: string) => [{ role: 'user' as const, content: `[[script:${directive}]]` }];
