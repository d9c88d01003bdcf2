import { afterEach, expect, it } from 'vitest';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { DemoUpstream } from './demo-upstream.ts';

let demo: DemoUpstream | null = null;
afterEach(() => demo?.close());

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

it('[U31] is started again when it dies, with a wait that grows, and ends when it is closed', async () => {
  const ports: number[] = [];
  const waits: number[] = [];
  const log = memoryLog();
  const backOffMs = (failures: number) => {
    waits.push(failures);
    return 1;
  };
  demo = new DemoUpstream({ log, backOffMs, onPort: (port) => ports.push(port) });
  for (let start = 1; start <= 3; start++) {
    await expect.poll(() => ports.length).toBe(start);
    if (start < 3) process.kill(demo.pid ?? 0, 'SIGKILL');
  }
  expect(waits).toEqual([0, 1]);
  expect(log.lines.map(({ fields }) => fields.exitSignal)).toEqual(['SIGKILL', 'SIGKILL']);
  const pid = demo.pid ?? 0;
  const listed = await fetch(`http://127.0.0.1:${ports.at(-1)}/v1/models`);
  expect(listed.status).toBe(200);
  await demo.close();
  expect(isAlive(pid)).toBe(false);
  expect(log.lines).toHaveLength(2);
});
