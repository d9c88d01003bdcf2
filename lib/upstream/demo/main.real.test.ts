import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { call, textIn } from './caller.ts';

const entry = fileURLToPath(new URL('main.ts', import.meta.url));
const children: ChildProcessWithoutNullStreams[] = [];

async function start(...flags: string[]) {
  const child = spawn(process.execPath, [entry, ...flags]);
  children.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, port: JSON.parse(String(line)).port as number };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const hello = { model: 'weir-demo', stream: true, messages: [{ role: 'user', content: 'hello' }] };

describe('the demo upstream as a child process', () => {
  it('[U43] says its port in one line, answers, and ends when its stdin ends', async () => {
    const { child, port } = await start('--every', '0');
    const heard = await call(port, 'POST', '/v1/chat/completions', hello);
    expect(textIn(heard.body)).toContain('demo');
    expect((await call(port, 'GET', '/control/stats')).status).toBe(404);
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('[U43] ends when its parent is killed', async () => {
    const code = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, [${JSON.stringify(entry)}], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdout.once('data', (line) => process.stdout.write(JSON.stringify({ pid: child.pid }) + '\\n'));
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['-e', code]);
    children.push(parent);
    const [line] = await once(createInterface(parent.stdout), 'line');
    const pid: number = JSON.parse(String(line)).pid;
    parent.kill('SIGKILL');
    await expect.poll(() => alive(pid)).toBe(false);
  });

  it('[U43] SIGINT leaves it to the parent, SIGTERM lets an open answer finish', async () => {
    const { child, port } = await start('--control');
    const messages = [{ role: 'user', content: '[[script:paced n=2 d=0 k=1 hold=x]]' }];
    const asked = call(port, 'POST', '/v1/chat/completions', { ...hello, messages });
    const stats = async () => JSON.parse((await call(port, 'GET', '/control/stats')).body);
    await expect.poll(async () => (await stats()).waiting.x).toBe(1);
    child.kill('SIGINT');
    expect((await call(port, 'POST', '/control/release?key=x')).status).toBe(200);
    expect(textIn((await asked).body)).toBe('w0 w1');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('[U43] a taken port is one line and exit code 1', async () => {
    const { port } = await start();
    const second = spawn(process.execPath, [entry, String(port)]);
    children.push(second);
    const [[line], [code]] = await Promise.all([
      once(createInterface(second.stderr), 'line'),
      once(second, 'exit'),
    ]);
    expect(String(line)).toContain('EADDRINUSE');
    expect(code).toBe(1);
  });
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ESRCH') return false;
    throw cause;
  }
}
