import { describe, expect, it } from 'vitest';
import { configExample } from '../upstream/demo/answers.ts';
import { type Env, file, inNewFolders, load, problems } from './settings-fixture.ts';

inNewFolders();

describe('model servers', () => {
  const rates = { requestsPerMinute: null, tokensPerMinute: null };
  const none = { models: null, embeddingModels: [], limit: null, ...rates, fallback: null, timeouts: {} };

  it.each([
    [{ OPENAI_API_KEY: 'sk-1' }, 'openai', 'https://api.openai.com/v1'],
    [
      { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'https://api.groq.com/openai/v1' },
      'groq.com',
      'https://api.groq.com/openai/v1',
    ],
    [{ OPENAI_BASE_URL: 'http://localhost:11434/v1' }, 'localhost', 'http://localhost:11434/v1'],
  ])('[U32] %j is the upstream %s', (env, name, baseUrl) => {
    const { upstreams } = load(env as unknown as Env);
    expect(upstreams).toEqual([
      { ...none, name, baseUrl, key: 'OPENAI_API_KEY' in env ? expect.anything() : null },
    ]);
  });

  it('[U32] the example that the demo shows is right, also while the environment names the same server', () => {
    file(configExample);
    const { upstreams } = load({ OPENAI_API_KEY: 'sk-1' });
    expect(upstreams.map(({ name, limit, key }) => [name, limit, key?.reveal()])).toEqual([
      ['ollama', 2, undefined],
      ['openai', 8, 'sk-1'],
    ]);
  });

  it('[U32] more of them come from weir.config.json', () => {
    file({
      upstreams: [
        {
          name: 'work',
          baseUrl: 'https://llm.example/v1',
          keyVariable: 'WORK_KEY',
          models: ['org/big', 'small'],
          limit: 2,
          requestsPerMinute: 60,
          tokensPerMinute: 90_000,
          fallback: 'home/small',
          timeouts: { firstContentSeconds: 0.5, totalSeconds: 60 },
        },
        { name: 'home', baseUrl: 'http://10.0.0.2:8000/v1' },
      ],
    });
    const config = load({ OPENAI_API_KEY: 'sk-1', WORK_KEY: 'sk-2' });
    expect(config.upstreams.map(({ name }) => name)).toEqual(['openai', 'work', 'home']);
    expect(config.upstreams[1]).toMatchObject({
      models: ['org/big', 'small'],
      limit: 2,
      requestsPerMinute: 60,
      tokensPerMinute: 90_000,
      fallback: 'home/small',
      timeouts: { firstContentMs: 500, totalMs: 60_000 },
    });
    expect(config.upstreams[1]?.key?.reveal()).toBe('sk-2');
  });

  it('[U32] what is wrong in weir.config.json is told by its place', () => {
    file({
      upstreams: [
        { name: 'a/b', baseUrl: 'ftp://x', keyVariable: 'MISSING_KEY', limit: 0, apiKey: 'sk-1' },
        {
          name: 'ok',
          baseUrl: 'http://x/v1',
          timeouts: { idleSeconds: -1 },
          requestsPerMinute: 0,
          fallback: 'small',
        },
      ],
    });
    expect(problems({}).toSorted()).toEqual([
      expect.stringMatching(/^weir\.config\.json: upstreams\[0\] has "apiKey": expected only known names/),
      expect.stringMatching(
        /^weir\.config\.json: upstreams\[0\]\.baseUrl: expected an http or https address/,
      ),
      expect.stringMatching(/^weir\.config\.json: upstreams\[0\]\.limit: expected at least 1/),
      expect.stringMatching(/^weir\.config\.json: upstreams\[0\]\.name: expected letters, digits/),
      expect.stringMatching(/^weir\.config\.json: upstreams\[1\]\.fallback: expected the id of a model/),
      expect.stringMatching(/^weir\.config\.json: upstreams\[1\]\.requestsPerMinute: expected more than 0/),
      expect.stringMatching(
        /^weir\.config\.json: upstreams\[1\]\.timeouts\.idleSeconds: expected more than 0/,
      ),
    ]);
  });

  it('[U32] a key variable that is not set, a name used twice and a file that is no JSON are told', () => {
    file({ upstreams: ['a', 'a'].map((name) => ({ name, baseUrl: 'http://x/v1', keyVariable: 'NO_KEY' })) });
    expect(problems({})).toEqual([
      expect.stringMatching(/upstreams\[0\]\.keyVariable: NO_KEY is not set/),
      expect.stringMatching(/upstreams\[1\]\.keyVariable: NO_KEY is not set/),
      expect.stringMatching(/"a" is used twice/),
    ]);
    file({ upstreams: [{ name: 'a', baseUrl: 'http://x/v1', fallback: 'b/small' }] });
    expect(problems({})).toEqual([
      expect.stringMatching(/fallback of "a": expected a model of one of .* a,/),
    ]);
    file('{"upstreams": [');
    expect(problems({})).toEqual([expect.stringMatching(/^weir\.config\.json: expected JSON/)]);
  });
});
