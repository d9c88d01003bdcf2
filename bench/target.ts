import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, readyAddress, startChild, stopChild } from './child.ts';
import type { TargetName } from './job.ts';
import { modelName, type Script } from './script.ts';

/** A server process. */
export interface Target {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export async function startUpstream(scripts: readonly Script[]): Promise<Target> {
  const child = startChild(['bench/upstream.ts', ...scripts.map(modelName)], { core: 0 });
  return target(child, 'the upstream');
}

export interface TargetOptions {
  /** Address of the upstream. */
  upstream: string;
  streams: number;
  /** For Weir's Node, for example `--cpu-prof`. */
  flags: readonly string[];
}

export function startTarget(name: TargetName, options: TargetOptions): Promise<Target> {
  return name === 'weir' ? startWeir(options) : startRelay(options);
}

function startRelay({ upstream }: TargetOptions): Promise<Target> {
  return target(startChild(['bench/relay.ts', upstream], { core: 1 }), 'the relay');
}

/** The built server as people run it, with a folder of its own for this one time. */
async function startWeir({ upstream, streams, flags }: TargetOptions): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  const env = {
    PORT: '0',
    WEIR_DATA: folder,
    WEIR_LOG: 'fatal',
    WEIR_LOCAL: 'off',
    WEIR_TITLES: 'off',
    WEIR_SOCKETS_PER_ADDRESS: '100000',
    WEIR_SOCKETS_PER_USER: '64',
    WEIR_MAX_UPSTREAM: String(streams + 16),
    OPENAI_BASE_URL: `${upstream}/v1`,
    OPENAI_API_KEY: 'bench',
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const removed = () => rm(folder, { recursive: true, force: true });
  try {
    const started = await target(startChild(['server.ts'], { core: 1, env, flags }), 'Weir');
    return {
      ...started,
      url: started.url.replace('localhost', '127.0.0.1'),
      stop: () => started.stop().then(removed),
    };
  } catch (error) {
    await removed();
    throw error;
  }
}

async function target(child: Child, name: string): Promise<Target> {
  let isStopping = false;
  const stop = () => {
    isStopping = true;
    return stopChild(child);
  };
  try {
    const url = await readyAddress(child, name);
    child.once('exit', (code, signal) => {
      if (!isStopping) process.stderr.write(`${name} ended in the middle of a round: ${signal ?? code}\n`);
    });
    return { url, pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
