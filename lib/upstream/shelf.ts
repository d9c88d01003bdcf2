import type { Log } from '#lib/telemetry/log.ts';
import { isChatModel } from './chat-models.ts';
import { type EmbeddingModel, type Model, UpstreamFailure } from './model.ts';
import type { Upstream } from './upstream.ts';

/** How long a list of models is good, and how soon a missing one is asked for again; milliseconds. */
export interface Refresh {
  everyMs: number;
  afterFailureMs: number;
  /** For the server to answer. */
  patienceMs: number;
}

export interface ShelfPorts {
  refresh: Refresh;
  /** Offered while the server has never said what it has; null: nothing is. */
  fallback: string | null;
  /** A server that comes and goes: being away is no news, and then it offers nothing. */
  mayBeAway: boolean;
  /** The names offered may have changed. */
  changed: () => void;
  log: Log;
}

/** The models of one upstream: those configured, or what it lists itself, asked again and again. */
export class Shelf {
  readonly upstream: Upstream;
  readonly #ports: ShelfPorts;
  #listed: readonly string[] | null = null;
  /** Looks in a row that failed. */
  #misses = 0;
  #isAway: boolean;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(upstream: Upstream, ports: ShelfPorts) {
    this.upstream = upstream;
    this.#ports = ports;
    this.#isAway = ports.mayBeAway;
  }

  names(): readonly string[] {
    if (this.#isAway) return [];
    const { fallback } = this.#ports;
    return this.#known ?? (fallback === null ? [] : [fallback]);
  }

  /**
   * Null when the server has no such model. While nobody knows what it has, any name may be right; one that is away
   * is found all the same, so that its chats say that it cannot be reached.
   */
  find(name: string): Model | null {
    const known = this.#known;
    if (known === null && this.#ports.mayBeAway) return null;
    return known === null || known.includes(name) ? this.upstream.model(name) : null;
  }

  embeddingNames(): readonly string[] {
    return this.#isAway ? [] : (this.upstream.settings.embeddingModels ?? []);
  }

  findEmbedding(name: string): EmbeddingModel | null {
    const known = this.upstream.settings.embeddingModels ?? [];
    return known.includes(name) ? this.upstream.embedding(name) : null;
  }

  /** Resolves after the first look; later ones follow by themselves. A configured list needs none. */
  async open(): Promise<void> {
    if (this.upstream.settings.models === null) await this.#look();
  }

  /** Calls that run are cut off. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.upstream.close();
  }

  get #known(): readonly string[] | null {
    return this.upstream.settings.models ?? this.#listed;
  }

  async #look(): Promise<void> {
    const { refresh, changed } = this.#ports;
    try {
      const names = await this.upstream.offered(refresh.patienceMs);
      this.#listed = [...new Set(names.filter(isChatModel))];
      this.#misses = 0;
      this.#isAway = false;
    } catch (error) {
      this.#miss(error);
    }
    if (this.#isClosed) return;
    this.#timer = setTimeout(
      () => void this.#look(),
      this.#misses > 0 ? refresh.afterFailureMs : refresh.everyMs,
    );
    this.#timer.unref();
    changed();
  }

  #miss(error: unknown): void {
    const { log, mayBeAway } = this.#ports;
    const upstream = this.upstream.settings.name;
    this.#misses += 1;
    if (!(error instanceof UpstreamFailure)) log.error({ upstream, err: error }, 'list of models failed');
    else if (!mayBeAway && this.#misses === 1) {
      log.warn({ upstream, code: error.code }, 'a model server does not list its models');
    }
    // A server that is busy with loading a model may miss one look.
    const isGone = error instanceof UpstreamFailure && error.code === 'upstream_unreachable';
    if (mayBeAway && (isGone || this.#misses > 1)) this.#isAway = true;
  }
}
