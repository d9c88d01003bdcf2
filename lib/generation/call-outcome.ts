import type { StoredCall } from '#lib/store/tool-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import { type Tool, ToolFault } from '#lib/tools/tool.ts';
import { type CallState, toolLimits } from '#lib/wire/tool.ts';
import type { LiveGeneration } from './live-generation.ts';

export interface Outcome {
  readonly state: CallState;
  /** For the model, and shown to people. */
  readonly result: string;
}

export interface OutcomePorts {
  timeoutMs: number;
  /** Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  log: Log;
}

/**
 * Makes one call, and waits for it `timeoutMs` at most, also when the tool does not listen to its signal.
 * @throws the signal's reason; everything else is an outcome
 */
export async function outcomeOf(
  tool: Tool,
  { id: callId, arguments: written }: StoredCall,
  { userId, chatId }: Pick<LiveGeneration, 'userId' | 'chatId'>,
  signal: AbortSignal,
  { timeoutMs, sleep, log }: OutcomePorts,
): Promise<Outcome> {
  const over = new AbortController();
  const about = { userId, chatId, callId, signal: AbortSignal.any([signal, over.signal]) };
  const late = sleep(timeoutMs, over.signal).then(
    () => null,
    () => null,
  );
  try {
    const result = await Promise.race([called(tool, written, about), late, aborted(signal, over.signal)]);
    return result === null
      ? timedOut(tool, timeoutMs)
      : { state: 'done', result: cutTo(result, toolLimits.resultLength) };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ToolFault)
      return { state: 'failed', result: cutTo(error.message, toolLimits.resultLength) };
    log.error({ tool: tool.name, err: error }, 'tool failed');
    return { state: 'failed', result: 'The tool had an error of its own and gave no result.' };
  } finally {
    over.abort();
  }
}

/** Also what a tool throws before it returns is a rejection. */
async function called(tool: Tool, written: string, about: Parameters<Tool['call']>[1]): Promise<string> {
  return tool.call(parsed(written), about);
}

function parsed(written: string): unknown {
  if (written.length > toolLimits.argumentLength) {
    throw new ToolFault(`The arguments are too long: at most ${toolLimits.argumentLength} characters.`);
  }
  if (written.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch (cause) {
    throw new ToolFault('The arguments are not JSON. Call again with a JSON object.', { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ToolFault('The arguments must be a JSON object.');
}

/** Rejects with the signal's reason. @param until aborts when nobody waits for that any more */
export function aborted(signal: AbortSignal, until?: AbortSignal): Promise<never> {
  const once = { once: true, ...(until && { signal: until }) };
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), once);
  });
}

function timedOut({ changesThings }: Tool, timeoutMs: number): Outcome {
  const said = `No result within ${timeoutMs / 1000} s.`;
  const warning = ' It may have had its effect all the same: do not call it again unless you are asked to.';
  return { state: 'timed-out', result: changesThings ? said + warning : said };
}

/** At most so many UTF-16 units, and that something is left out is said in them. */
export function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - 100).toWellFormed();
  return `${kept}\n… [cut: ${text.length - kept.length} of ${text.length} characters are left out]`;
}
