import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Log } from '#lib/telemetry/log.ts';

export interface DemoUpstreamPorts {
  /** Called with the port of every start. */
  onPort: (port: number) => void;
  log: Log;
  /** Wait before start number n, counted in failures in a row. */
  backOffMs?: (failures: number) => number;
}

const entry = fileURLToPath(new URL('./demo/main.ts', import.meta.url));
const usualBackOff = (failures: number) => Math.min(30_000, 250 * 2 ** failures);
/** One that lived this long had no trouble starting. */
const healthyMs = 60_000;
const killAfterMs = 2_000;

/** The demo's server as a child process: started again when it dies, and dying with us (its stdin is a pipe of ours). */
export class DemoUpstream {
  readonly #ports: DemoUpstreamPorts;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(ports: DemoUpstreamPorts) {
    this.#ports = ports;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the child is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === null) return;
    const gone = once(child, 'exit');
    child.stdin?.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    await gone;
    clearTimeout(timer);
  }

  #start(): void {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [entry], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // It needs no setting and no key of ours; Windows does not start a process without its own.
      env: process.platform === 'win32' ? undefined : { NODE_ENV: 'production' },
    });
    this.#child = child;
    let isOver = false;
    const over = (why: Record<string, unknown>) => {
      if (isOver) return;
      isOver = true;
      this.#child = null;
      if (performance.now() - startedAt > healthyMs) this.#failures = 0;
      this.#again(why);
    };
    child.once('error', (error) => over({ err: error }));
    child.once('exit', (code, signal) => over({ exitCode: code, exitSignal: signal }));
    // A write to a child that has just died; its exit tells.
    child.stdin.on('error', () => child.kill('SIGKILL'));
    createInterface(child.stdout).once('line', (line) => this.#heard(line));
  }

  #heard(line: string): void {
    const said: unknown = JSON.parse(line);
    const port = typeof said === 'object' && said !== null && 'port' in said ? said.port : null;
    if (typeof port === 'number' && !this.#isClosed) this.#ports.onPort(port);
  }

  #again(why: Record<string, unknown>): void {
    if (this.#isClosed) return;
    const { log, backOffMs = usualBackOff } = this.#ports;
    const inMs = backOffMs(this.#failures);
    this.#failures += 1;
    log.warn({ ...why, inMs }, 'the demo upstream died and is started again');
    this.#timer = setTimeout(() => this.#start(), inMs);
    this.#timer.unref();
  }
}
