import * as z from 'zod/mini';
import { type AnalysisEvent, analysisEvent } from '#lib/wire/analysis.ts';
import { type AnalysisPort, AnalysisRefused } from './analysis-port.ts';

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

const BROKEN = 'The connection broke off. Check it and retry.';

export const analysesOverHttp: AnalysisPort = {
  async run(wanted, tell, signal) {
    const response = await fetch('/api/analyses', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wanted),
      signal,
    }).catch((error: unknown) =>
      broken(error, 'Weir cannot be reached. Check the connection and try again.'),
    );
    if (!response.ok) throw refused(response.status, await response.text().catch(() => ''));
    const reader = response.body?.getReader();
    const read = createEventReader();
    let isOver = false;
    while (reader !== undefined) {
      const { done, value } = await reader.read().catch((error: unknown) => broken(error, BROKEN));
      if (done) break;
      for (const event of read(value)) {
        isOver ||= event.type === 'times';
        tell(event);
      }
    }
    if (!isOver) throw new AnalysisRefused('unreachable', BROKEN);
  },
};

function broken(error: unknown, message: string): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error;
  throw new AnalysisRefused('unreachable', message);
}

function refused(status: number, text: string): AnalysisRefused {
  const told = failure.safeParse(parsed(text));
  if (told.success) return new AnalysisRefused(told.data.error.code, told.data.error.message);
  return new AnalysisRefused(
    'server_error',
    `Weir answered with the status ${status}. Try again in a moment.`,
  );
}

/** Takes the bytes of server-sent events, however they are cut, and gives the whole ones. What it does not know it leaves out. */
export function createEventReader(): (bytes: Uint8Array) => AnalysisEvent[] {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const whole = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = whole.pop() ?? '';
    return whole.flatMap((event) => {
      const read = event.startsWith('data: ') ? analysisEvent.safeParse(parsed(event.slice(6))) : null;
      return read?.success ? [read.data] : [];
    });
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
