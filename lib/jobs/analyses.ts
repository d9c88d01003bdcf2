import type { ChatStore } from '#lib/store/chat-store.ts';
import { analysisLimits, type NewAnalyses } from '#lib/wire/analysis.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import { AnalysisRun, type AnalysisRunPorts } from './analysis-run.ts';
import { analysisText } from './analysis-text.ts';
import { CallFailure, sentences } from './call-failure.ts';

export interface AnalysesPorts extends AnalysisRunPorts {
  store: Pick<ChatStore, 'page'>;
}

/** Summary, sentiment, key facts and own questions about a text. Kept nowhere: a run lives as long as its reader. */
export class Analyses {
  readonly #ports: AnalysesPorts;
  readonly #runs = new Set<AnalysisRun>();
  /** Analyses under way, by person. */
  readonly #underWay = new Map<string, number>();
  #draining = false;

  constructor(ports: AnalysesPorts) {
    this.#ports = ports;
  }

  /**
   * @param signal ends the calls of the run when it aborts
   * @throws Refusal `draining`, `unknown_model`, `not_found`, `too_long`, `bad_message`, `too_many_requests`
   */
  async start(userId: string, wanted: NewAnalyses, signal: AbortSignal): Promise<AnalysisRun> {
    this.#admit(wanted.model);
    const text = await analysisText(userId, wanted, this.#ports.store);
    // The text may have taken a while to read.
    this.#admit(wanted.model);
    const all = [
      ...wanted.kinds.map((kind) => ({ kind })),
      ...wanted.questions.map((question) => ({ kind: 'question' as const, question })),
    ];
    const free = this.#take(userId, all.length);
    const run = new AnalysisRun({ userId, text, model: wanted.model, wanted: all }, this.#ports);
    this.#runs.add(run);
    const leave = () => run.stop(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    void run.over.then(() => {
      signal.removeEventListener('abort', leave);
      this.#runs.delete(run);
      free();
    });
    return run;
  }

  /** Takes no new run and ends all others with `server_stopped`. Resolves once their calls are over. */
  async drain(): Promise<void> {
    this.#draining = true;
    const all = [...this.#runs];
    for (const run of all) run.stop(new CallFailure('server_stopped'));
    await Promise.all(all.map(({ over }) => over));
  }

  #admit(model: string): void {
    if (this.#draining) throw new Refusal('draining', sentences.draining, { retryAfterMs: 3_000 });
    if (this.#ports.models.find(model) === null)
      throw new Refusal('unknown_model', 'This model is not offered any more; pick another one.');
  }

  #take(userId: string, count: number): () => void {
    const before = this.#underWay.get(userId) ?? 0;
    if (before + count > analysisLimits.atOnce) {
      throw new Refusal(
        'too_many_requests',
        `At most ${analysisLimits.atOnce} analyses of yours can be under way at once. Let some of them finish, or stop them.`,
        { retryAfterMs: 3_000 },
      );
    }
    this.#underWay.set(userId, before + count);
    return () => {
      const left = (this.#underWay.get(userId) ?? 0) - count;
      if (left > 0) this.#underWay.set(userId, left);
      else this.#underWay.delete(userId);
    };
  }
}
