import type { ControlStats } from '#lib/upstream/demo/control.ts';
import type { Call, CallKind } from '#lib/upstream/demo/record.ts';
import { Child } from './child.ts';
import { plainEnv, root } from './place.ts';

export type { Call };

/**
 * The scripted upstream as a process of its own, and its control plane. What it counted is the oracle of every test
 * about the gate: it is not part of what is tested.
 */
export class Upstream {
  readonly port: number;
  readonly #child: Child;

  private constructor(child: Child, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(): Promise<Upstream> {
    const child = new Child(['lib/upstream/demo/main.ts', '0', '--control', '--every', '1'], {
      cwd: root,
      env: plainEnv(),
    });
    const [, port] = await child.line(/^\{"port":(\d+)\}$/);
    return new Upstream(child, Number(port));
  }

  /** What `OPENAI_BASE_URL` is to be. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  stats(): Promise<ControlStats> {
    return this.#control('GET', 'stats');
  }

  /** Oldest first. `mark` matches a script's `mark` or any part of the prompt. */
  calls(mark: string, kind: CallKind = 'chat'): Promise<Call[]> {
    return this.#control('GET', `calls?mark=${encodeURIComponent(mark)}&kind=${kind}`);
  }

  /** Lets calls that wait at the key of a `hold` or `gate` go on: all of them now and later, or `count`. */
  async release(key: string, count?: number): Promise<void> {
    const some = count === undefined ? '' : `&count=${count}`;
    await this.#control('POST', `release?key=${encodeURIComponent(key)}${some}`);
  }

  /** Forgets counts, finished calls and releases. */
  async reset(): Promise<void> {
    await this.#control('POST', 'reset');
  }

  async stop(): Promise<void> {
    this.#child.signal('SIGKILL');
    await this.#child.ended();
  }

  async #control<T>(method: string, path: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.port}/control/${path}`, { method });
    if (!response.ok)
      throw new Error(`upstream control ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
