import { readFileSync } from 'node:fs';

/** The most memory that a process ever held, in MiB; 0 where the system does not say. */
export function peakMemory(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const [, kib = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
