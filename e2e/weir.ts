import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import { openFiles } from './faults/open-files.ts';
import { plainEnv, root } from './place.ts';
import { usualModel } from './script.ts';

/** Must never be seen anywhere: not in logs, frames or pages. */
export const canaryKey = 'sk-canary-0a1b2c3d4e5f-never-show';
const metricsToken = 'canary-metrics-6b7c8d9e-never-show';
/** All secrets that our servers are given. */
export const canaries: readonly string[] = [canaryKey, metricsToken];

export interface WeirOptions {
  /** Null: nothing is configured, the demo upstream answers. */
  readonly upstreamUrl: string | null;
  readonly maxUpstream: number;
  /** Answers of one person that may wait. */
  readonly maxWaitingPerUser: number;
  /** Whether the model makes titles: calls that most counts would trip over. */
  readonly titles: boolean;
  readonly drainSeconds: number;
  /** Origins beside its own. */
  readonly origins: readonly string[];
  /** Settings beside these, by the names of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node itself, before `server.ts`. */
  readonly nodeArgs?: readonly string[];
  /** Where it starts, if not in the clone: `weir.config.json` is looked for there, and `.next` has to be. */
  readonly cwd?: string;
}

/** The real server: built pages, embedded database, a process of its own on a data folder of its own. */
export class Weir {
  readonly dataFolder: string;
  readonly #options: WeirOptions;
  #child: Child;
  #port = 0;
  /** Open files of a process at the moment it was ready. */
  #filesWhenReady = 0;
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

  /** Where its chats are: the address of a Postgres server, else its folder. */
  get database(): string {
    return this.#options.env?.DATABASE_URL ?? this.dataFolder;
  }

  /** Of the process that runs, or ran last. */
  get pid(): number {
    return this.#child.pid;
  }

  /** How many files and sockets the process had open when it was ready. */
  get filesWhenReady(): number {
    return this.#filesWhenReady;
  }

  /** What `/metrics` says, in Prometheus' text format. */
  async metrics(): Promise<string> {
    const headers = { authorization: `Bearer ${metricsToken}` };
    const response = await fetch(`http://127.0.0.1:${this.#port}/metrics`, { headers });
    if (!response.ok) throw new Error(`metrics: ${response.status} ${await response.text()}`);
    return response.text();
  }

  /** The first match in a line that this process printed or prints. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#child.line(pattern);
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
    this.signal('SIGTERM');
  }

  signal(name: NodeJS.Signals): void {
    this.#child.signal(name);
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
    const { upstreamUrl, maxUpstream, maxWaitingPerUser, titles, drainSeconds, origins } = this.#options;
    const { nodeArgs = [], env: more = {}, cwd = root } = this.#options;
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
      WEIR_MAX_WAITING_PER_USER: String(maxWaitingPerUser),
      WEIR_TITLES: titles ? 'on' : 'off',
      WEIR_DRAIN_SECONDS: String(drainSeconds),
      WEIR_ORIGINS: origins.join(','),
      WEIR_METRICS_TOKEN: metricsToken,
      ...upstream,
      ...more,
    };
    return new Child([...nodeArgs, join(root, 'server.ts')], { cwd, env });
  }

  async #ready(): Promise<void> {
    const [, port] = await this.#child.line(/^Weir is ready on http:\/\/localhost:(\d+)$/);
    this.#port = Number(port);
    this.#filesWhenReady = openFiles(this.pid);
  }
}
