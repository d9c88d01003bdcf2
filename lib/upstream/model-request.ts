/**
 * What a model may be asked. `messages`, and all in `settings`, have OpenAI's names and shapes, so that they travel to the
 * upstream as they are.
 */
export interface ModelRequest {
  messages: ModelTurn[];
  /** Tokens of the answer at most; the upstream is told so in the word it knows (`max_tokens`, `max_completion_tokens`). */
  maxTokens?: number;
  settings?: ModelSettings;
}

export interface ModelTurn {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  /** Null in an assistant's turn that only calls tools. Parts hold text, images, files, sound. */
  content: string | readonly ContentPart[] | null;
  name?: string | undefined;
  /** Of an assistant: what it called. */
  tool_calls?: readonly ToolCall[] | undefined;
  /** Of a tool: which call this answers. */
  tool_call_id?: string | undefined;
}

export interface ContentPart {
  readonly type: string;
  readonly text?: string | undefined;
  readonly [field: string]: unknown;
}

export interface ToolCall {
  readonly id: string;
  readonly type: string;
  /** `arguments` is JSON as the model wrote it: check it. */
  readonly function?: { readonly name: string; readonly arguments: string } | undefined;
  readonly [field: string]: unknown;
}

/** Left out: whatever the upstream takes for usual. Unknown fields go along: servers have words of their own (`top_k`). */
export interface ModelSettings {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly stop?: string | readonly string[] | null | undefined;
  readonly seed?: number | null | undefined;
  readonly presence_penalty?: number | null | undefined;
  readonly frequency_penalty?: number | null | undefined;
  readonly logit_bias?: Readonly<Record<string, number>> | null | undefined;
  readonly response_format?: object | null | undefined;
  readonly reasoning_effort?: string | null | undefined;
  readonly tools?: readonly object[] | undefined;
  readonly tool_choice?: string | object | null | undefined;
  readonly parallel_tool_calls?: boolean | undefined;
  readonly [field: string]: unknown;
}

/** A piece of a call that the model makes: the pieces of one `index` belong together, their arguments in order. */
export interface ToolCallDelta {
  readonly index: number;
  /** With the first piece of a call. */
  readonly id?: string;
  readonly name?: string;
  readonly arguments?: string;
}

export interface EmbeddingRequest {
  /** None of them empty. */
  readonly inputs: readonly string[];
  /** Length of the vectors, for models that can choose. */
  readonly dimensions?: number;
}

export interface Embeddings {
  /** One for each input, in their order; all of one length. */
  readonly vectors: readonly Float32Array[];
  readonly usage: { readonly tokensIn: number } | null;
}
