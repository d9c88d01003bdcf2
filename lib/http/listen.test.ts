import { get } from 'node:http';
import { expect, it } from 'vitest';
import { StartupError } from '../startup-error.ts';
import { listen } from './listen.ts';
import { createHttpServer } from './server.ts';

const here = { host: '127.0.0.1', port: 0 };

function ask(port: number, path = '/'): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    get({ port, path, host: '127.0.0.1', agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

it('[F89] [H18] a taken port is one sentence that says what to do', async () => {
  const first = await listen(createHttpServer, here);
  const second = listen(createHttpServer, { ...here, port: first.port });
  await expect(second).rejects.toThrow(StartupError);
  await expect(second).rejects.toThrow(`Port ${first.port} is taken: stop what runs there, or set PORT`);
  await first.close();
});

it('[F89] [H19] asks to come back until it is open; what is on its way when it closes still arrives', async () => {
  const { port, open, close } = await listen(createHttpServer, here);
  const early = await fetch(`http://127.0.0.1:${port}`);
  expect([early.status, early.headers.get('retry-after'), early.headers.get('refresh')]).toEqual([
    503,
    '1',
    '1',
  ]);
  await early.text();
  const arrived = Promise.withResolvers<void>();
  open((_request, response) => {
    arrived.resolve();
    response.write('first ');
    setTimeout(() => response.end('last'), 50);
  });
  const page = ask(port);
  await arrived.promise;
  await close();
  expect(await page).toEqual({ status: 200, body: 'first last' });
  await expect(ask(port)).rejects.toThrow();
});

it('[H19] closes as soon as all has arrived, also after a second, and waits for nobody who never gets an end', async () => {
  const { port, open, close } = await listen(createHttpServer, here);
  const asked = Promise.withResolvers<void>();
  open((request, response) => {
    response.write('first ');
    if (request.url === '/slow') setTimeout(() => response.end('last'), 1_000);
    asked.resolve();
  });
  const page = ask(port, '/slow');
  await asked.promise;
  const closed = close();
  expect(await page).toEqual({ status: 200, body: 'first last' });
  await closed;

  const other = await listen(createHttpServer, here);
  const endless = Promise.withResolvers<void>();
  other.open((_request, response) => {
    response.write('first ');
    endless.resolve();
  });
  const cut = expect(ask(other.port)).rejects.toThrow();
  await endless.promise;
  await other.close();
  await cut;
});
