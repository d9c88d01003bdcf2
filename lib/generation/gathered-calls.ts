import type { ToolCallDelta } from '#lib/upstream/model-request.ts';
import { toolLimits } from '#lib/wire/tool.ts';

export interface GatheredCall {
  /** May be empty, or the same for two. */
  readonly modelId: string;
  readonly name: string;
  /** JSON, if the model knows how; one unit longer than is allowed when it wrote more. */
  readonly arguments: string;
}

/** Calls of one turn, put together from their pieces. What is beyond the limits is dropped while it arrives. */
export class GatheredCalls {
  readonly #byIndex = new Map<number, { modelId: string; name: string; arguments: string }>();

  #length = 0;

  add({ index, id, name, arguments: piece = '' }: ToolCallDelta): void {
    const known = this.#byIndex.get(index);
    if (known === undefined && this.#byIndex.size === toolLimits.calls) return;
    const call = known ?? { modelId: '', name: '', arguments: '' };
    this.#byIndex.set(index, call);
    if (id !== undefined && call.modelId === '') call.modelId = id.slice(0, toolLimits.nameLength);
    // Some servers send the name with every piece.
    if (name !== undefined && call.name === '') call.name = name.slice(0, toolLimits.nameLength);
    const room = toolLimits.argumentLength + 1 - call.arguments.length;
    const taken = piece.slice(0, Math.min(room, toolLimits.turnLength - this.#length));
    call.arguments += taken;
    this.#length += taken.length;
  }

  /** In the order of their indexes. */
  get list(): GatheredCall[] {
    return [...this.#byIndex].sort(([a], [b]) => a - b).map(([, call]) => call);
  }
}
