import type { AnalysisEvent, AnalysisTimes, NewAnalyses } from '#lib/wire/analysis.ts';
import { type Ask, applyAnalysisEvent, type Card, freshCard, hasEnded } from './analysis-card.ts';
import type { AnalysisPort } from './analysis-port.ts';

export interface BoardPorts {
  port: AnalysisPort;
  /** Text is shown with the next frame, everything else at once. */
  requestFrame: (paint: () => void) => void;
}

/** What is analysed, by which model. */
export type Subject = Pick<NewAnalyses, 'chatId' | 'text' | 'model'>;

export interface BoardView {
  readonly cards: readonly Card[];
  /** Of the last run of all cards; null until it is over. */
  readonly times: AnalysisTimes | null;
  /** Why nothing was asked. */
  readonly problem: string | null;
}

const empty: BoardView = { cards: [], times: null, problem: null };

/** The cards of one page: all of them asked at once, each asked again alone. */
export class AnalysisBoard {
  readonly #ports: BoardPorts;
  readonly #listeners = new Set<() => void>();
  readonly #runs = new Set<AbortController>();
  #subject: Subject | null = null;
  #view: BoardView = empty;
  #isPainting = false;

  constructor(ports: BoardPorts) {
    this.#ports = ports;
  }

  readonly view = (): BoardView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Asks for all of it; what ran before is stopped and taken away. */
  async start(subject: Subject, asks: readonly Ask[]): Promise<void> {
    this.stop();
    this.#subject = subject;
    const cards = asks.map((ask, at) => freshCard(ask, `${ask.kind}-${at}`));
    this.#show({ ...empty, cards });
    const keys = cards.map(({ key }) => key);
    const error = await this.#run(subject, keys);
    if (error === null) return;
    const hasBegun = this.#view.cards.some((card) => keys.includes(card.key) && card.state.name !== 'asking');
    if (hasBegun) this.#fail(keys, error.message);
    else this.#show({ ...empty, problem: error.message });
  }

  /** Asks for one of the cards again, of the same subject. */
  async retry(key: string): Promise<void> {
    const subject = this.#subject;
    const card = this.#view.cards.find((one) => one.key === key);
    if (subject === null || card === undefined || !hasEnded(card)) return;
    this.#change(key, ({ ask }) => freshCard(ask, key));
    const error = await this.#run(subject, [key]);
    if (error !== null) this.#fail([key], error.message);
  }

  /** Ends whatever runs; what has come stays. */
  stop(): void {
    for (const run of this.#runs) run.abort();
    this.#runs.clear();
    const cards = this.#view.cards.map((card) =>
      hasEnded(card) ? card : { ...card, state: { name: 'stopped' as const } },
    );
    if (this.#view.cards.length > 0) this.#show({ ...this.#view, cards });
  }

  /** @returns what went wrong with the run as a whole; null when nothing did, or it was stopped */
  async #run(subject: Subject, keys: readonly string[]): Promise<Error | null> {
    const run = new AbortController();
    this.#runs.add(run);
    const all = keys.map((key) => this.#view.cards.find((card) => card.key === key)?.ask);
    const kinds = all.flatMap((ask) => (ask === undefined || ask.kind === 'question' ? [] : [ask.kind]));
    const questions = all.flatMap((ask) => (ask?.kind === 'question' ? [ask.question] : []));
    const isWhole = keys.length === this.#view.cards.length;
    const tell = (event: AnalysisEvent) => {
      if (!run.signal.aborted) this.#heard(event, keys, isWhole);
    };
    try {
      await this.#ports.port.run({ ...subject, kinds, questions }, tell, run.signal);
      return null;
    } catch (error) {
      if (run.signal.aborted || !(error instanceof Error)) return null;
      return error;
    } finally {
      this.#runs.delete(run);
    }
  }

  #heard(event: AnalysisEvent, keys: readonly string[], isWhole: boolean): void {
    if (event.type === 'times') {
      const { type: _type, ...times } = event;
      if (isWhole) this.#show({ ...this.#view, times });
      return;
    }
    const key = keys[event.analysis];
    if (key !== undefined)
      this.#change(key, (card) => applyAnalysisEvent(card, event), event.type === 'delta');
  }

  #fail(keys: readonly string[], message: string): void {
    for (const key of keys) {
      this.#change(key, (card) => (hasEnded(card) ? card : { ...card, state: { name: 'failed', message } }));
    }
  }

  #change(key: string, next: (card: Card) => Card, canWait = false): void {
    const cards = this.#view.cards.map((card) => (card.key === key ? next(card) : card));
    this.#show({ ...this.#view, cards }, canWait);
  }

  #show(view: BoardView, canWait = false): void {
    this.#view = view;
    if (!canWait) return this.#paint();
    if (this.#isPainting) return;
    this.#isPainting = true;
    this.#ports.requestFrame(() => {
      this.#isPainting = false;
      this.#paint();
    });
  }

  #paint(): void {
    for (const listener of this.#listeners) listener();
  }
}
