import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './place.ts';

/** When a call of the test server began and ended, ms since 1970. */
export interface Noted {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Makes an empty folder one to start a server in whose `weir.config.json` names a server of tools, and one that is not there. */
export async function furnish(place: string): Promise<void> {
  const notes = notesOf(place);
  await writeFile(notes, '');
  const mcpServers = {
    test: {
      command: process.execPath,
      args: [join(root, 'e2e/mcp-server.ts')],
      env: { MCP_NOTES: notes },
    },
    gone: { url: 'http://127.0.0.1:9/mcp' },
  };
  await writeFile(join(place, 'weir.config.json'), JSON.stringify({ mcpServers }));
  await symlink(join(root, '.next'), join(place, '.next'), 'junction');
}

/** What the server of tools has noted, in order. */
export async function noted(place: string): Promise<Noted[]> {
  const lines = (await readFile(notesOf(place), 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => {
    const [name = '', from, to] = line.split(' ');
    return { name, from: Number(from), to: Number(to) };
  });
}

/** Lets the calls of `held` with this key go on. */
export async function release(place: string, key: string): Promise<void> {
  await writeFile(`${notesOf(place)}-${key}`, '');
}

const notesOf = (place: string) => join(place, 'notes');
