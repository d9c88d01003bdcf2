import type { UpstreamSettings } from './upstream.ts';

/** What is configured of the models that make vectors. */
export interface EmbeddingChoice {
  /** Full id, or the bare name of a model of the first upstream. */
  readonly wanted: string | null;
  readonly upstreams: readonly UpstreamSettings[];
}

/** The upstream with the wanted model among, and before, those that make vectors, where it belongs there. */
export function withEmbeddings(settings: UpstreamSettings, choice: EmbeddingChoice): UpstreamSettings {
  const own = settings.embeddingModels ?? [];
  const wanted = wantedOf(settings, choice);
  if (wanted === null) return settings;
  return { ...settings, embeddingModels: [wanted, ...own.filter((name) => name !== wanted)] };
}

function wantedOf({ name }: UpstreamSettings, { wanted, upstreams }: EmbeddingChoice): string | null {
  if (wanted === null) return null;
  if (wanted.startsWith(`${name}/`)) return wanted.slice(name.length + 1);
  const isOfAnother = upstreams.some((other) => wanted.startsWith(`${other.name}/`));
  return !isOfAnother && upstreams[0]?.name === name ? wanted : null;
}
