import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Processor time since the process began, in microseconds. */
export interface Cpu {
  total: number;
  /** Its main thread. */
  main: number;
  /** Worker threads: in Weir the embedded database. */
  workers: number;
  /** The engine's own threads (garbage collection, compilation) and those of libuv. */
  engine: number;
}

/** Resident memory in KiB. */
export interface Memory {
  now: number;
  /** The most since the process began, or since `forgetPeak`. */
  peak: number;
}

const engineThreads = /^(V8Worker|DelayedTask|SignalInspector|libuv-worker)/;

/** Null where there is no /proc, that is, elsewhere than on Linux. */
export function cpuOf(pid: number): Cpu | null {
  const threads = threadsOf(pid);
  if (threads === null) return null;
  const cpu: Cpu = { total: 0, main: 0, workers: 0, engine: 0 };
  for (const { id, name, us } of threads) {
    cpu.total += us;
    if (id === pid) cpu.main += us;
    else if (engineThreads.test(name)) cpu.engine += us;
    else cpu.workers += us;
  }
  return cpu;
}

export function cpuBetween(from: Cpu, to: Cpu): Cpu {
  return {
    total: to.total - from.total,
    main: to.main - from.main,
    workers: to.workers - from.workers,
    engine: to.engine - from.engine,
  };
}

export function memoryOf(pid: number): Memory | null {
  const status = read(`/proc/${pid}/status`);
  if (status === null) return null;
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { now: kib('VmRSS'), peak: kib('VmHWM') };
}

/** The peak is what is there now. False where the kernel does not do that. */
export function forgetPeak(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return true;
  } catch {
    return false;
  }
}

interface Thread {
  id: number;
  name: string;
  us: number;
}

function threadsOf(pid: number): Thread[] | null {
  const folder = `/proc/${pid}/task`;
  try {
    return readdirSync(folder).map((id) => ({
      id: Number(id),
      name: read(`${folder}/${id}/comm`)?.trim() ?? '',
      us: usOf(`${folder}/${id}`),
    }));
  } catch {
    return null;
  }
}

/** In nanoseconds where the kernel counts them, else in ticks of 10 ms. A thread that has just ended counts as idle. */
function usOf(thread: string): number {
  const ns = read(`${thread}/schedstat`)?.split(' ', 1)[0];
  if (ns !== undefined && ns !== '0') return Number(ns) / 1_000;
  const stat = read(`${thread}/stat`);
  if (stat === null) return 0;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
