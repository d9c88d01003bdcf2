import { setTimeout as timeout } from 'node:timers/promises';
import type { Log } from '#lib/telemetry/log.ts';
import type { ModelInfo } from '#lib/wire/chat.ts';
import { demoEmbeddingModel, demoModel, demoThinkingModel } from './demo/demo.ts';
import { DemoUpstream } from './demo-upstream.ts';
import { withEmbeddings } from './embedding-names.ts';
import { localCandidates } from './local-servers.ts';
import type { EmbeddingModel, Model, Models } from './model.ts';
import { type Refresh, Shelf, type ShelfPorts } from './shelf.ts';
import type { Connect, UpstreamSettings } from './upstream.ts';

export interface CatalogOptions {
  config: {
    upstreams: readonly UpstreamSettings[];
    /** Model of a new chat: full id or bare name. */
    model: string | null;
    /** Of texts: full id, or the bare name of one of the first upstream. */
    embeddingModel?: string | null;
    /** Whether model servers on loopback are looked for. */
    findsLocal: boolean;
  };
  log: Log;
  /** Where Weir itself listens: never asked for models. */
  ownPort: number;
  connect: Connect;
  refresh?: Refresh;
  localRefresh?: Refresh;
  /** Names and ports of loopback servers, instead of the usual ones. */
  localPorts?: readonly (readonly [string, number])[];
}

export interface Catalog extends Models {
  /** Calls that run are cut off; the demo's process ends. */
  close(): Promise<void>;
}

const usualRefresh: Refresh = { everyMs: 5 * 60_000, afterFailureMs: 30_000, patienceMs: 10_000 };
const usualLocalRefresh: Refresh = { everyMs: 30_000, afterFailureMs: 30_000, patienceMs: 700 };
/** A server that is slow to list its models does not hold up the start. */
const firstLookMs = 2_000;
const demoStartMs = 5_000;

/** All models of the configured upstreams, of servers found on loopback, and of the demo when there is nothing else. */
export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const shelves = new Shelves(options);
  await shelves.open();
  return shelves;
}

class Shelves implements Catalog {
  readonly #options: CatalogOptions;
  readonly #shelves: Shelf[];
  readonly #listeners = new Set<() => void>();
  #demo: { process: DemoUpstream; shelf: Shelf | null; ready: PromiseWithResolvers<void> } | null = null;
  #shown = '';
  #isOpen = false;
  #isClosed = false;

  constructor(options: CatalogOptions) {
    this.#options = options;
    const { config, ownPort, localPorts, refresh = usualRefresh, localRefresh = usualLocalRefresh } = options;
    const { embeddingModel: wanted = null, upstreams } = config;
    const equipped = (settings: UpstreamSettings) => withEmbeddings(settings, { wanted, upstreams });
    const locals = config.findsLocal ? localCandidates(config.upstreams, ownPort, localPorts) : [];
    this.#shelves = [
      ...upstreams.map((settings, at) =>
        this.#shelf(equipped(settings), { refresh, fallback: this.#fallback(settings, at) }),
      ),
      ...locals.map((settings) =>
        this.#shelf(equipped(settings), { refresh: localRefresh, mayBeAway: true }),
      ),
    ];
  }

  async open(): Promise<void> {
    const opened = Promise.all(this.#shelves.map((shelf) => shelf.open()));
    await Promise.race([opened, timeout(firstLookMs, undefined, { ref: false })]);
    this.#isOpen = true;
    this.#changed();
    if (this.#demo)
      await Promise.race([this.#demo.ready.promise, timeout(demoStartMs, undefined, { ref: false })]);
  }

  list(): ModelInfo[] {
    const real = this.#shelves.flatMap((shelf) => infos(shelf, { demo: false, names: shelf.names() }));
    return real.length > 0 || !this.#demo?.shelf
      ? real
      : infos(this.#demo.shelf, { demo: true, names: this.#demo.shelf.names() });
  }

  defaultId(): string {
    const { model } = this.#options.config;
    const list = this.list();
    return (
      (list.find(({ id }) => id === model) ?? list.find(({ label }) => label === model) ?? list[0])?.id ?? ''
    );
  }

  find(id: string): Model | null {
    const { shelf, model } = this.#place(id);
    return shelf?.find(model) ?? null;
  }

  embeddingModels(): ModelInfo[] {
    const real = this.#shelves.flatMap((shelf) =>
      infos(shelf, { demo: false, names: shelf.embeddingNames() }),
    );
    const all =
      this.list().some(({ demo }) => !demo) || !this.#demo?.shelf
        ? real
        : [...real, ...infos(this.#demo.shelf, { demo: true, names: this.#demo.shelf.embeddingNames() })];
    const { embeddingModel: wanted } = this.#options.config;
    const isFirst = ({ id, label }: ModelInfo) => id === wanted || label === wanted;
    return [...all.filter(isFirst), ...all.filter((info) => !isFirst(info))];
  }

  findEmbedding(id: string): EmbeddingModel | null {
    const { shelf, model } = this.#place(id);
    return shelf?.findEmbedding(model) ?? null;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#shelves, this.#demo?.shelf].map((shelf) => shelf?.close()));
    await this.#demo?.process.close();
  }

  /** Where a model of this id would be. */
  #place(id: string): { shelf: Shelf | undefined; model: string } {
    const cut = id.indexOf('/');
    const name = id.slice(0, cut);
    const demo = this.#demo?.shelf;
    const all = demo ? [...this.#shelves, demo] : this.#shelves;
    const shelf = all.find(({ upstream }) => upstream.settings.name === name);
    return { shelf, model: id.slice(cut + 1) };
  }

  #shelf(settings: UpstreamSettings, ports: Partial<ShelfPorts> & { refresh: Refresh }): Shelf {
    const { connect, log } = this.#options;
    const changed = () => this.#changed();
    return new Shelf(connect(settings), { fallback: null, mayBeAway: false, changed, log, ...ports });
  }

  /** The configured default where it belongs, else a name that most likely exists. */
  #fallback({ name, baseUrl }: UpstreamSettings, at: number): string {
    const { model, upstreams } = this.#options.config;
    if (model?.startsWith(`${name}/`)) return model.slice(name.length + 1);
    const isOfAnother = upstreams.some((other) => model?.startsWith(`${other.name}/`));
    if (model !== null && at === 0 && !isOfAnother) return model;
    return new URL(baseUrl).hostname === 'api.openai.com' ? 'gpt-4.1-mini' : 'default';
  }

  #changed(): void {
    if (!this.#isOpen || this.#isClosed) return;
    if (this.#demo === null && this.#shelves.every((shelf) => shelf.names().length === 0)) this.#startDemo();
    const shown = JSON.stringify([this.defaultId(), this.list(), this.embeddingModels()]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const listener of this.#listeners) listener();
  }

  #startDemo(): void {
    const process = new DemoUpstream({ log: this.#options.log, onPort: (port) => this.#placeDemo(port) });
    this.#demo = { process, shelf: null, ready: Promise.withResolvers() };
  }

  #placeDemo(port: number): void {
    if (this.#demo === null || this.#isClosed) return;
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    const models = [demoModel, demoThinkingModel];
    const before = this.#demo.shelf;
    this.#demo.shelf = this.#shelf(
      { name: 'demo', baseUrl, key: null, models, embeddingModels: [demoEmbeddingModel], timeouts: {} },
      { refresh: usualRefresh },
    );
    this.#demo.ready.resolve();
    this.#changed();
    void before?.close();
  }
}

function infos(shelf: Shelf, { demo, names }: { demo: boolean; names: readonly string[] }): ModelInfo[] {
  const { name } = shelf.upstream.settings;
  return names.map((label) => ({ id: `${name}/${label}`, label, upstream: name, demo }));
}
