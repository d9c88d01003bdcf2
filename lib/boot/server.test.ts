import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const module = JSON.stringify(fileURLToPath(new URL('./server.mjs', import.meta.url)));

/** A process that prints the signals it would pass on to the server, on a clock that reads `times` one by one. */
function listener(times: number[]) {
  const script = `const { onStopSignal } = await import(${module});
    const times = ${JSON.stringify(times)};
    onStopSignal((signal) => console.log(signal), () => times.shift());
    process.on('SIGTERM', () => console.log('seen'));
    process.stdin.resume().on('end', () => process.exit());
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

it.each([
  ['one press, which npm sends a second time, is passed on once', [0, 20], ['SIGTERM', 'seen', 'seen']],
  ['a second press is passed on too', [0, 2000], ['SIGTERM', 'seen', 'SIGTERM', 'seen']],
])('%s', async (_claim, times, expected) => {
  const { child, lines } = listener(times);
  const said: string[] = [];
  for await (const line of lines) {
    if (line !== 'ready') said.push(line);
    const seen = said.filter((one) => one === 'seen').length;
    if (line === 'ready' || (line === 'seen' && seen < times.length)) child.kill('SIGTERM');
    if (seen === times.length) child.stdin.end();
  }
  expect(said).toEqual(expected);
});
