import type { AnalysisEvent, NewAnalyses } from '#lib/wire/analysis.ts';

/** What can be asked about a text. */
export interface AnalysisPort {
  /**
   * Asks for all of it at once and tells each event as it comes; resolves after the last one.
   * @param signal ends all of it
   * @throws AnalysisRefused, also when the connection broke off; `AbortError`
   */
  run(wanted: NewAnalyses, tell: (event: AnalysisEvent) => void, signal: AbortSignal): Promise<void>;
}

/** An answer other than what was asked for; the message is for people. */
export class AnalysisRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'AnalysisRefused';
    this.code = code;
  }
}
