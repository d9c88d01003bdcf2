import { createServer } from 'node:http';
import next from 'next';
import { compose } from '#lib/compose.ts';
import { loadConfig } from '#lib/config.ts';
import { listen } from '#lib/http/listen.ts';
import { createHttpServer } from '#lib/http/server.ts';
import { StartupError } from '#lib/startup-error.ts';
import { pinoLog } from '#lib/telemetry/pino-log.ts';

/** @returns where it is, and how to go: everything ends in order, nothing is lost */
async function start(): Promise<{ url: string; stop: () => Promise<void> }> {
  const config = loadConfig();
  const log = pinoLog(config.logLevel);
  const { server, port, open, close } = await listen(createHttpServer, config);
  // Next takes all upgrades of the server it is given; this one never listens and gets only those that are not ours.
  const nextServer = createServer();
  const pages = next({ dev: config.development, hostname: config.host, port, httpServer: nextServer });
  const weir = await compose({ config, port, log, onFatal: fail, next: (req, res) => servePage(req, res) });
  await pages.prepare();
  const servePage = pages.getRequestHandler();
  server.on('upgrade', (request, socket, head) => {
    if (weir.upgrade(request, socket, head)) return;
    if (config.development) nextServer.emit('upgrade', request, socket, head);
    else socket.destroy();
  });
  open(weir.listener);
  const name = config.host === '127.0.0.1' ? 'localhost' : config.host;
  const stop = async () => {
    await weir.drain();
    await close();
    await weir.leave();
    await pages.close();
  };
  return { url: `http://${name}:${port}`, stop };
}

function fail(error: unknown): never {
  process.stderr.write(
    `${error instanceof StartupError ? error.message : ((error as Error).stack ?? error)}\n`,
  );
  process.exit(1);
}

const { url, stop } = await start().catch(fail);
/** Signals closer together than this are one press: the terminal and npm both pass it on. */
const ONE_PRESS_MS = 1_000;
let stoppingSince = 0;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stoppingSince > 0 && performance.now() - stoppingSince < ONE_PRESS_MS) return;
    if (stoppingSince > 0) process.exit(1);
    stoppingSince = performance.now();
    process.stdout.write('Finishing what runs; once more to stop at once.\n');
    stop().then(() => process.exit(0), fail);
  });
}
// Whoever reads this may send a signal at once.
process.stdout.write(`Weir is ready on ${url}\n`);
