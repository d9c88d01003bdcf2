import { afterEach, beforeEach } from 'vitest';
import { type CallerOptions, call, type Heard } from './caller.ts';
import { createDemoServer, type DemoServer } from './server.ts';

/** A scripted upstream of one test: started before it, closed after it. */
export interface Upstream {
  readonly server: DemoServer;
  readonly port: number;
  /** Streams one user message. `more` overrides fields of the request body. */
  ask(prompt: string, more?: object, options?: CallerOptions): Promise<Heard>;
}

/** Call at the top of a test file; the returned function gives the current test's upstream. */
export function scriptedUpstream(): () => Upstream {
  let current: Upstream | null = null;
  beforeEach(async () => {
    const server = createDemoServer({ control: true, everyMs: 0 });
    const port = await server.listen();
    const ask = (prompt: string, more: object = {}, options?: CallerOptions) =>
      call(
        port,
        'POST',
        '/v1/chat/completions',
        { model: 'weir-demo', stream: true, messages: [{ role: 'user', content: prompt }], ...more },
        options,
      );
    current = { server, port, ask };
  });
  afterEach(() => current?.server.close());
  return () => {
    if (current === null) throw new Error('the upstream is there only inside a test');
    return current;
  };
}
