import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Whatever still runs when this worker ends, however it ends. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export interface ChildOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A Node process of ours, with all that it printed. */
export class Child {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #ended: Promise<void>;
  #exit: { code: number | null; signal: NodeJS.Signals | null } | null = null;

  /** Its stdin stays open until it ends, so that children that follow their parent live as long as we do. */
  constructor(args: readonly string[], { cwd, env }: ChildOptions) {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...env, NODE_ENV: 'production' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    alive.add(child);
    // A killed process closes its end first.
    child.stdin.on('error', () => undefined);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.#lines.push(line);
        this.#look();
      });
    }
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        alive.delete(child);
        this.#exit = { code, signal };
        this.#look();
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** stdout and stderr so far, by line. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Null while it runs; -1 when a signal ended it. */
  get exitCode(): number | null {
    return this.#exit && (this.#exit.code ?? -1);
  }

  /** The first match in a line printed so far or later. Rejects with all lines when the process ends first. */
  line(pattern: RegExp, withinMs = 180_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#watchers.delete(look);
        clearTimeout(timer);
        act();
      };
      const fail = (what: string) =>
        settle(() => reject(new Error(`${what} before ${pattern}:\n${this.#lines.join('\n')}`)));
      const look = () => {
        const found = this.#lines.map((line) => pattern.exec(line)).find((match) => match !== null);
        if (found) settle(() => resolve(found));
        else if (this.#exit !== null) fail(`the process ended (${this.#exit.code ?? this.#exit.signal})`);
      };
      const timer = setTimeout(() => fail('the time was over'), withinMs);
      this.#watchers.add(look);
      look();
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Resolves with the exit code, -1 when a signal ended it, once all its output was read. */
  async ended(): Promise<number> {
    await this.#ended;
    return this.exitCode ?? -1;
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
