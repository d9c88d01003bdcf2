import type { Limits } from './clocks.ts';
import type { EmbeddingModel, Model } from './model.ts';

/** One model server, as configured or found. */
export interface UpstreamSettings {
  /** First part of the ids of its models; no slash in it. */
  name: string;
  /** What `/chat/completions` is appended to. Holds no credentials. */
  baseUrl: string;
  key: { reveal(): string } | null;
  /** The models offered; null asks the server itself. */
  models: readonly string[] | null;
  /** Its models that make vectors; they are never found out by asking. */
  embeddingModels?: readonly string[];
  timeouts: Partial<Limits>;
}

/** Nothing here opens a connection until it is called. */
export interface Upstream {
  readonly settings: UpstreamSettings;
  /** `name` as the server knows it; the id of the result is `upstream/name`. */
  model(name: string): Model;
  embedding(name: string): EmbeddingModel;
  /**
   * The names of all its models, of any kind, as the server lists them.
   * @throws UpstreamFailure, also when the list is not there within `ms`
   */
  offered(ms: number): Promise<string[]>;
  /** All connections are closed; calls that run fail. */
  close(): Promise<void>;
}

export type Connect = (settings: UpstreamSettings) => Upstream;
