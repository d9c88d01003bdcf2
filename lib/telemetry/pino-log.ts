import pino from 'pino';
import type { Log } from './log.ts';

/** JSON lines on stderr: stdout belongs to what the person who started Weir has to read. */
export function pinoLog(level: string): Log {
  return pino({ level, base: null, serializers: { err: pino.stdSerializers.err } }, pino.destination(2));
}
