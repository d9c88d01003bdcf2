/**
 * `node main.ts [port] [--control] [--every ms] [--key KEY] [--stay]`: the demo upstream as a child process.
 * Prints one line `{"port":12345}` when it listens. Ends when its stdin ends, so that it never outlives its parent,
 * whatever became of that (`--stay` for a parent that gives it none); SIGTERM lets open answers finish first.
 */
import { parseArgs } from 'node:util';
import { createDemoServer } from './server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    control: { type: 'boolean' },
    every: { type: 'string' },
    key: { type: 'string' },
    stay: { type: 'boolean' },
  },
});

const server = createDemoServer({
  control: values.control ?? false,
  everyMs: Number(values.every ?? 30),
  ...(values.key === undefined ? {} : { apiKey: values.key }),
});

if (values.stay !== true) {
  process.stdin.resume();
  for (const ending of ['end', 'close', 'error']) process.stdin.once(ending, () => process.exit(0));
}
// Ctrl-C goes to the whole process group; the parent wants to drain and still needs this upstream. By hand it ends us.
if (!process.stdin.isTTY && values.stay !== true) process.on('SIGINT', () => undefined);
process.once('SIGTERM', () => void server.drain().then(() => process.exit(0)));

try {
  const port = await server.listen(Number(positionals[0] ?? 0));
  process.stdout.write(`${JSON.stringify({ port })}\n`);
} catch (cause) {
  process.stderr.write(
    `The demo upstream cannot listen: ${cause instanceof Error ? cause.message : String(cause)}\n`,
  );
  process.exit(1);
}
