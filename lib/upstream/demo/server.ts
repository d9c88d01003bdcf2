import { createServer } from 'node:http';
import type { Control } from './control.ts';
import { type DemoOptions, House } from './house.ts';

export interface DemoServer {
  readonly control: Control;
  /** Resolves with the port. Rejects with the system's error, for example a taken port. */
  listen(port?: number, host?: string): Promise<number>;
  /** Ends all calls at once. */
  close(): Promise<void>;
  /** Takes no new connection; resolves when the open calls have ended by themselves. */
  drain(): Promise<void>;
}

const backlog = 4096;

/** An OpenAI-compatible server that is no model: the demo for people, scripted faults for tests. */
export function createDemoServer(options: DemoOptions = {}): DemoServer {
  const house = new House(options);
  // A silent stream, a hung answer and an idle connection are the client's to end, and what tests are about.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    void house.answer(request, response);
  });
  const closed = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return {
    control: house.control,
    listen: (port = 0, host = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host, backlog }, () => {
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      }),
    close: () => {
      const done = closed();
      server.closeAllConnections();
      return done;
    },
    drain: async () => {
      // An idle connection is closed by `close` only if it is idle at that moment.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await closed();
      clearInterval(sweep);
    },
  };
}
