import type { Preset, Toolset } from '#lib/wire/tool.ts';

/** Something that a model may call. */
export interface Tool {
  /** What the model calls it: letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For the model. */
  readonly description: string;
  /** JSON schema of its arguments, an object. */
  readonly parameters: object;
  /** It may change something outside of the chat, so a person is asked first. */
  readonly changesThings: boolean;
  /**
   * One call. The arguments are checked here.
   * @throws ToolFault with words for the model; anything else is a bug, and told the model only as a failure
   * @throws the signal's reason when it aborts
   */
  call(args: unknown, about: CallContext): Promise<string>;
}

export interface CallContext {
  readonly userId: string;
  readonly chatId: string;
  /** Of this call: the same for no other. */
  readonly callId: string;
  readonly signal: AbortSignal;
}

/** A call that came to nothing. The message is for the model, and says what it can do better. */
export class ToolFault extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ToolFault';
  }
}

/** All tools there are. */
export interface Toolbox {
  readonly presets: readonly Preset[];
  /** In the order in which they are offered. */
  toolsets(): Toolset[];
  /**
   * The tools of these sets. Sets that nobody knows, and servers that do not answer in time, are left out: a chat goes on
   * without them. No two have one name.
   * @throws the signal's reason when it aborts
   */
  open(ids: readonly string[], signal: AbortSignal): Promise<readonly Tool[]>;
  /** Asks servers that are unknown or down again; `onChange` tells what came of it. */
  look(): void;
  /** Called with every change of `toolsets()`. */
  onChange(listener: () => void): void;
  /** No process and no connection is left behind. */
  close(): Promise<void>;
}

/** Where a toolset comes from. */
export interface ToolSource {
  /** As of now. */
  readonly toolset: Toolset;
  /** @throws when it is not there, or the signal's reason */
  tools(signal: AbortSignal): Promise<readonly Tool[]>;
  onChange(listener: () => void): void;
  close(): Promise<void>;
}
