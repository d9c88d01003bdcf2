import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const variable = (name: string) => `$\{${name}}`;

function load(file: unknown, env: Record<string, string> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'weir-tools-'));
  folders.push(cwd);
  writeFileSync(join(cwd, 'weir.config.json'), JSON.stringify(file));
  return loadConfig(env, { cwd });
}

describe('[K9] servers of tools in weir.config.json', () => {
  it('are programs or addresses; what they are told is secret', () => {
    const { mcpServers } = load(
      {
        mcpServers: {
          files: {
            command: 'npx',
            args: ['-y', 'server'],
            env: { ROOT: '/srv', KEY: variable('FILES_KEY') },
          },
          web: { url: 'https://mcp.example/mcp', headers: { authorization: 'Bearer abc' } },
        },
      },
      { FILES_KEY: 'from outside' },
    );
    const [files, web] = mcpServers;
    expect(files).toMatchObject({ name: 'files', kind: 'stdio', command: 'npx', args: ['-y', 'server'] });
    expect(files?.kind === 'stdio' && files.env.KEY?.reveal()).toBe('from outside');
    expect(web?.kind === 'http' && web.headers.authorization?.reveal()).toBe('Bearer abc');
    expect(JSON.stringify(mcpServers)).not.toMatch(/abc|outside|srv|example/);
  });

  it('need no upstreams beside them', () => {
    expect(load({ mcpServers: {} }).upstreams).toEqual([]);
  });

  it.each([
    [{ a: {} }, /mcpServers\.a: expected \{"command"/],
    [{ a: { command: 'x', url: 'http://b' } }, /mcpServers\.a: expected \{"command"/],
    [{ a: { url: 'ftp://b' } }, /mcpServers\.a\.url: expected an http/],
    [{ 'a b': { command: 'x' } }, /mcpServers\.a b: expected names of letters/],
    [{ a: { command: 'x', env: { K: variable('NOT_SET') } } }, /mcpServers\.a\.env\.K: NOT_SET is not set/],
    [[], /mcpServers: expected/],
  ])('%j is said to be wrong, without its values', (mcpServers, says) => {
    expect(() => load({ mcpServers })).toThrow(says);
  });

  it('limits are read and bounded', () => {
    const env = { WEIR_TOOL_ROUNDS: '3', WEIR_TOOLS_AT_ONCE: '2', WEIR_TOOL_SECONDS: '5' };
    expect(load({ upstreams: [] }, env)).toMatchObject({ toolRounds: 3, toolsAtOnce: 2, toolMs: 5_000 });
    expect(() => load({ upstreams: [] }, { WEIR_TOOL_ROUNDS: '0' })).toThrow(/WEIR_TOOL_ROUNDS/);
  });
});
