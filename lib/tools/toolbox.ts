import type { Preset, Toolset } from '#lib/wire/tool.ts';
import type { Tool, Toolbox, ToolSource } from './tool.ts';

/** Tools of one answer: what model servers still take. */
const MOST_TOOLS = 128;

/** All sources together, in their order. */
export class SourcedToolbox implements Toolbox {
  readonly presets: readonly Preset[];
  readonly #sources: readonly ToolSource[];

  constructor(sources: readonly ToolSource[], presets: readonly Preset[]) {
    this.#sources = sources;
    this.presets = presets;
  }

  toolsets(): Toolset[] {
    return this.#sources.map(({ toolset }) => toolset);
  }

  async open(ids: readonly string[], signal: AbortSignal): Promise<readonly Tool[]> {
    const wanted = this.#sources.filter(({ toolset }) => ids.includes(toolset.id));
    const opened = await Promise.allSettled(wanted.map((source) => source.tools(signal)));
    signal.throwIfAborted();
    const byName = new Map<string, Tool>();
    for (const result of opened) {
      // Why it failed is what its toolset shows.
      for (const tool of result.status === 'fulfilled' ? result.value : []) {
        if (!byName.has(tool.name)) byName.set(tool.name, tool);
      }
    }
    return [...byName.values()].slice(0, MOST_TOOLS);
  }

  look(): void {
    const missing = this.#sources.filter(
      ({ toolset }) => toolset.state === 'unknown' || toolset.state === 'down',
    );
    for (const source of missing) source.tools(AbortSignal.timeout(60_000)).catch(() => 'shown as down');
  }

  onChange(listener: () => void): void {
    for (const source of this.#sources) source.onChange(listener);
  }

  async close(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
  }
}
