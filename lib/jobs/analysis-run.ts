import { type RetriedCallPorts, retriedCall } from '#lib/generation/retried-call.ts';
import type { AnalysisEvent, AnalysisTimes } from '#lib/wire/analysis.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { analysisPrompt, type Wanted } from './analysis-prompts.ts';
import { CallFailure, toldOf } from './call-failure.ts';

export interface AnalysisRunPorts extends RetriedCallPorts {
  newId: () => string;
  /** Milliseconds that a call waits for its turn before it fails. */
  queueMs: number;
}

export interface AnalysisRequest {
  readonly userId: string;
  readonly text: string;
  readonly model: string;
  readonly wanted: readonly Wanted[];
}

type Ending = Extract<AnalysisEvent, { type: 'done' | 'failed' }>;
type News = Exclude<AnalysisEvent, Ending | { type: 'delta' | 'times' }>;

/** How far one analysis has come. What happens before its text, its text, its end: in this order. */
export interface Progress {
  readonly news: News[];
  text: string;
  ending: Ending | null;
}

/** The chosen analyses of one text, all asked for at once, each a call of its own behind everybody who waits at a chat. */
export class AnalysisRun {
  readonly progress: readonly Progress[];
  /** Resolves when the last one has ended. Never rejects. */
  readonly over: Promise<void>;
  readonly #ports: AnalysisRunPorts;
  readonly #cut = new AbortController();
  readonly #askedAt: number;
  readonly #listeners = new Set<() => void>();
  #overAt: number | null = null;

  constructor(request: AnalysisRequest, ports: AnalysisRunPorts) {
    this.#ports = ports;
    this.#askedAt = ports.clock();
    this.progress = request.wanted.map(() => ({ news: [], text: '', ending: null }));
    const all = request.wanted.map((wanted, at) => this.#analyse(at, wanted, request));
    this.over = Promise.all(all).then(() => {
      this.#overAt = ports.clock();
      this.#changed();
    });
  }

  /** Null until the last one has ended. */
  get times(): AnalysisTimes | null {
    if (this.#overAt === null) return null;
    const slowestMs = Math.max(...this.progress.map(({ ending }) => ending?.ms ?? 0));
    return { count: this.progress.length, wholeMs: this.#overAt - this.#askedAt, slowestMs };
  }

  /** Ends all its calls. */
  stop(reason: unknown): void {
    this.#cut.abort(reason);
  }

  /** Called with every change. @returns ends that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async #analyse(analysis: number, wanted: Wanted, { userId, text, model }: AnalysisRequest): Promise<void> {
    const progress = this.progress[analysis];
    if (progress === undefined) return;
    const { clock, newId, queueMs: deadlineMs } = this.#ports;
    const id = newId();
    const request = { messages: analysisPrompt(wanted, text, id.slice(-12)) };
    let startedAt: number | null = null;
    const tell = (news: News) => {
      progress.news.push(news);
      this.#changed();
    };
    const spent = () => {
      const from = startedAt ?? clock();
      return { ms: clock() - from, waitedMs: from - this.#askedAt };
    };
    tell({ type: 'queued', analysis });
    try {
      const terms = { id: `analysis:${id}`, userId, lane: model, class: 'background' as const, deadlineMs };
      const { finish } = await retriedCall(
        { ...terms, request, signal: this.#cut.signal },
        {
          granted() {
            startedAt ??= clock();
            tell({ type: 'started', analysis });
          },
          text: (delta) => {
            progress.text += delta;
            this.#changed();
          },
          reasoning() {
            // The answer alone is shown.
          },
          retrying: (code, inMs) => tell({ type: 'retrying', analysis, code, inMs }),
        },
        this.#ports,
      );
      progress.ending = { type: 'done', analysis, finish, ...spent() };
    } catch (error) {
      progress.ending = { type: 'failed', analysis, ...toldTo(error), ...spent() };
    }
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function toldTo(error: unknown): { code: string; message: string } {
  const told = toldOf(error);
  if (told instanceof CallFailure || told instanceof Refusal)
    return { code: told.code, message: told.message };
  const { code, message } = new CallFailure('server_error', { cause: error });
  return { code, message };
}
