import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { file, folder, inNewFolders, load, problems } from './config/settings-fixture.ts';
import type { Config } from './config.ts';

inNewFolders();

describe('settings', () => {
  it('[U32] none is needed', () => {
    expect(load()).toEqual({
      port: 3000,
      host: '127.0.0.1',
      origins: [],
      dataFolder: join(folder(), '.data'),
      maxUpstream: 8,
      maxPerUser: null,
      maxWaiting: 10_000,
      maxWaitingPerUser: 1_000,
      queueMs: 3_600_000,
      model: null,
      embeddingModel: null,
      upstreams: [],
      findsLocal: true,
      databaseUrl: null,
      secret: null,
      logLevel: 'warn',
      metricsToken: null,
      collector: null,
      titles: true,
      maxSocketsPerUser: 32,
      maxSocketsPerAddress: 1_000,
      development: false,
      drainMs: 30_000,
      mcpServers: [],
      toolRounds: 10,
      toolsAtOnce: 4,
      toolMs: 30_000,
    } satisfies Config);
  });

  it('[U32] a blank one is unset', () => {
    const names = [
      'PORT',
      'HOST',
      'WEIR_MAX_UPSTREAM',
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
      'WEIR_MODEL',
      'DATABASE_URL',
    ];
    expect(load(Object.fromEntries(names.map((name) => [name, '  '])))).toEqual(load());
  });

  it('[U32] all are read', () => {
    const config = load({
      PORT: '0',
      HOST: '::',
      WEIR_ORIGINS: 'https://chat.example, http://box.local:8080',
      WEIR_DATA: '/var/weir',
      WEIR_MAX_UPSTREAM: '32',
      WEIR_MAX_PER_USER: '4',
      WEIR_MAX_WAITING: '100',
      WEIR_MAX_WAITING_PER_USER: '10',
      WEIR_QUEUE_MINUTES: '1.5',
      WEIR_MODEL: 'org/m',
      WEIR_EMBEDDING_MODEL: 'org/v',
      WEIR_LOCAL: 'off',
      WEIR_LOG: 'warn',
      WEIR_DRAIN_SECONDS: '2.5',
      WEIR_TITLES: 'off',
      NODE_ENV: 'development',
      WEIR_SECRET: 's'.repeat(32),
      DATABASE_URL: 'postgres://u:p@h/db',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '::',
      origins: ['https://chat.example', 'http://box.local:8080'],
      dataFolder: '/var/weir',
      maxUpstream: 32,
      maxPerUser: 4,
      maxWaiting: 100,
      maxWaitingPerUser: 10,
      queueMs: 90_000,
      model: 'org/m',
      embeddingModel: 'org/v',
      findsLocal: false,
      logLevel: 'warn',
      drainMs: 2500,
      titles: false,
      development: true,
    });
    expect([config.secret, config.databaseUrl].map((secret) => secret?.reveal())).toEqual([
      's'.repeat(32),
      'postgres://u:p@h/db',
    ]);
  });

  it('[U32] every problem is one line with the variable, its value and what is expected', () => {
    expect(
      problems({
        PORT: '70000',
        WEIR_MAX_UPSTREAM: '0',
        WEIR_QUEUE_MINUTES: '0',
        WEIR_LOCAL: 'no',
        WEIR_ORIGINS: 'https://a.example/path',
        WEIR_LOG: 'loud',
        OPENAI_BASE_URL: 'localhost:11434',
      }),
    ).toEqual([
      'PORT="70000": expected a port from 0 to 65535.',
      'WEIR_ORIGINS="https://a.example/path": expected origins like https://chat.example, without a path, separated by commas.',
      'WEIR_LOG="loud": expected one of silent, fatal, error, warn, info, debug, trace.',
      expect.stringMatching(/^OPENAI_BASE_URL="localhost:11434": expected an http or https address without/),
      'WEIR_MAX_UPSTREAM="0": expected a whole number from 1 up.',
      'WEIR_QUEUE_MINUTES="0": expected minutes, more than 0 and at most 10080.',
      'WEIR_LOCAL="no": expected on or off.',
    ]);
  });

  it.each(['1.5', '-1', 'eight', '0x10z', 'Infinity', '1,000'])(
    '[U32] WEIR_MAX_UPSTREAM=%s is refused',
    (value) => {
      expect(problems({ WEIR_MAX_UPSTREAM: value })).toHaveLength(1);
    },
  );

  it('[U32] it is frozen to the bottom', () => {
    const config = load({ OPENAI_API_KEY: 'sk-1' });
    expect([config, config.origins, config.upstreams, config.upstreams[0]].every(Object.isFrozen)).toBe(true);
  });
});

describe('secrets', () => {
  const canary = 'canary-0123456789-0123456789-0123456789';

  it('[F169] [U33] show themselves nowhere but on request', () => {
    const config = load({
      OPENAI_API_KEY: canary,
      WEIR_SECRET: canary,
      DATABASE_URL: `postgres://u:${canary}@h/db`,
    });
    const shown = [
      JSON.stringify(config),
      inspect(config, { depth: 9, showHidden: true }),
      String(config.secret),
    ];
    expect(shown.join()).not.toContain(canary);
    expect(config.upstreams[0]?.key?.reveal()).toBe(canary);
  });

  it('[F169] [U33] are not in the sentences about what is wrong', () => {
    file({
      upstreams: [{ name: 'a', baseUrl: `https://u:${canary}@h/v1`, keyVariable: `sk-${canary}` }],
    });
    const lines = problems({
      OPENAI_API_KEY: `${canary} ä`,
      OPENAI_BASE_URL: `https://user:${canary}@h/v1`,
      WEIR_SECRET: canary.slice(0, 20),
      DATABASE_URL: `mysql://u:${canary}@h`,
    });
    expect(lines).toHaveLength(6);
    expect(lines.join()).not.toContain(canary.slice(0, 20));
  });
});
