import type { Log, LogFields } from './log.ts';

export interface MemoryLog extends Log {
  readonly lines: { level: 'info' | 'warn' | 'error'; fields: LogFields; message: string }[];
}

export function memoryLog(): MemoryLog {
  const lines: MemoryLog['lines'] = [];
  const at = (level: 'info' | 'warn' | 'error') => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
