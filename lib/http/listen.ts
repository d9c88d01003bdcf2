import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartupError } from '../startup-error.ts';
import type { Listener } from './handler.ts';

export interface Listening {
  server: Server;
  port: number;
  /** Until this is called, requests are asked to come back. */
  open(listener: Listener): void;
  /** No more connections; what is on its way gets a moment to arrive. Then nobody asks any more. */
  close(): Promise<void>;
}

const LAST_WORDS_MS = 2_000;

/**
 * Takes the port before anything else happens, so that a second start fails before it touches anything.
 * @throws StartupError when the port cannot be had
 */
export function listen(
  create: (listener: Listener) => Server,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  let current: Listener = (_request, response) => {
    // A page that is opened too early asks again by itself; for calls there is Retry-After.
    const headers = { 'Retry-After': '1', Refresh: '1', 'Content-Type': 'text/plain; charset=utf-8' };
    response.writeHead(503, headers);
    response.end('Weir is starting; this page opens by itself in a moment.\n');
  };
  const server = create((request, response) => current(request, response));
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new StartupError(sentence(cause, host, port), { cause }));
    });
    server.listen({ port, host, backlog: 4096 }, () => {
      const open = (listener: Listener) => {
        current = listener;
      };
      const close = async () => {
        await new Promise<void>((gone) => {
          const late = setTimeout(gone, LAST_WORDS_MS);
          server.close(() => {
            clearTimeout(late);
            gone();
          });
          server.closeIdleConnections();
        });
        server.closeAllConnections();
      };
      resolve({ server, port: (server.address() as AddressInfo).port, open, close });
    });
  });
}

function sentence({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken: stop what runs there, or set PORT to another one.`;
  if (code === 'EACCES') return `Port ${port} is not ours to take: set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST ${host} is no address of this machine: correct HOST.`;
  return `Cannot listen on ${host}:${port}: ${message}`;
}
