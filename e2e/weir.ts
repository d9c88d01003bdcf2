import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import { plainEnv, root } from './place.ts';
import { usualModel } from './script.ts';

/** Must never be seen anywhere: not in logs, frames or pages. */
export const canaryKey = 'sk-canary-0a1b2c3d4e5f-never-show';

export interface WeirOptions {
  /** Null: nothing is configured, the demo upstream answers. */
  readonly upstreamUrl: string | null;
  readonly maxUpstream: number;
  /** Whether the model makes titles: calls that most counts would trip over. */
  readonly titles: boolean;
  readonly drainSeconds: number;
  /** Origins beside its own. */
  readonly origins: readonly string[];
}

/** The real server: built pages, embedded database, a process of its own on a data folder of its own. */
export class Weir {
  readonly dataFolder: string;
  readonly #options: WeirOptions;
  #child: Child;
  #port = 0;
  /** Of the processes before this one. */
  readonly #before: string[] = [];

  private constructor(dataFolder: string, options: WeirOptions) {
    this.dataFolder = dataFolder;
    this.#options = options;
    this.#child = this.#spawn();
  }

  static async start(options: WeirOptions): Promise<Weir> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-e2e-'));
    await mkdir(join(folder, 'tmp'));
    const weir = new Weir(folder, options);
    try {
      await weir.#ready();
    } catch (error) {
      await weir.discard();
      throw error;
    }
    return weir;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** All that this server printed, over all its processes. */
  logs(): string {
    return [...this.#before, ...this.#child.lines].join('\n');
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null;
  }

  /** Dies in the middle of whatever it does. */
  async kill9(): Promise<void> {
    this.#child.signal('SIGKILL');
    await this.#child.ended();
  }

  /** Asks it to go. Resolves with the exit code. */
  async sigterm(): Promise<number> {
    this.askToGo();
    return this.#child.ended();
  }

  /** The signal alone, for what happens between it and the end. */
  askToGo(): void {
    this.#child.signal('SIGTERM');
  }

  ended(): Promise<number> {
    return this.#child.ended();
  }

  /** A new process on the same folder and port, as after a crash or an update. */
  async restart(): Promise<void> {
    this.#before.push(...this.#child.lines);
    this.#child = this.#spawn();
    await this.#ready();
  }

  /** Ends it in order, and leaves its folder for whoever wants to read it. */
  async shutDown(): Promise<void> {
    if (this.isRunning) await this.sigterm();
  }

  /** Kills what runs and removes what is left. */
  async discard(): Promise<void> {
    if (this.isRunning) await this.kill9();
    await rm(this.dataFolder, { recursive: true, force: true });
  }

  #spawn(): Child {
    const { upstreamUrl, maxUpstream, titles, drainSeconds, origins } = this.#options;
    const upstream: Record<string, string> =
      upstreamUrl === null
        ? {}
        : { OPENAI_BASE_URL: upstreamUrl, OPENAI_API_KEY: canaryKey, WEIR_MODEL: usualModel };
    const env = {
      ...plainEnv(),
      NEXT_TELEMETRY_DISABLED: '1',
      PORT: String(this.#port),
      HOST: '127.0.0.1',
      WEIR_DATA: this.dataFolder,
      // What a killed process leaves behind goes with the rest.
      TMPDIR: join(this.dataFolder, 'tmp'),
      WEIR_LOCAL: 'off',
      WEIR_MAX_UPSTREAM: String(maxUpstream),
      WEIR_TITLES: titles ? 'on' : 'off',
      WEIR_DRAIN_SECONDS: String(drainSeconds),
      WEIR_ORIGINS: origins.join(','),
      ...upstream,
    };
    return new Child(['server.ts'], { cwd: root, env });
  }

  async #ready(): Promise<void> {
    const [, port] = await this.#child.line(/^Weir is ready on http:\/\/localhost:(\d+)$/);
    this.#port = Number(port);
  }
}
