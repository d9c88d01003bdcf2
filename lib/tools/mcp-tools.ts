import { createHash } from 'node:crypto';
import type { CallToolResult, Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type { JsonSchemaType } from '@modelcontextprotocol/sdk/validation/types.js';
import { type CallContext, type Tool, ToolFault } from './tool.ts';

/** Calls one tool of a server, by its name there. @throws whatever the connection throws */
export type CallMcp = (
  name: string,
  args: Record<string, unknown>,
  signal: AbortSignal,
) => Promise<CallToolResult>;

const MOST_DESCRIPTION = 2_000;
/** Every call of a model begins with it. */
const MOST_SCHEMA = 50_000;
const LONGEST_NAME = 64;
const MARK_LENGTH = 10;
const MARKED = /-[0-9a-f]{10}$/;

/** A tool of a server as ours. One that does not say that it only reads is taken to change things. */
export function mcpTool(
  server: string,
  { name, title, description, inputSchema, annotations }: McpTool,
  call: CallMcp,
): Tool {
  const length = JSON.stringify(inputSchema).length;
  if (length > MOST_SCHEMA) throw new Error(`a schema of ${length} characters`);
  const check = new AjvJsonSchemaValidator().getValidator<Record<string, unknown>>(
    inputSchema as JsonSchemaType,
  );
  return {
    name: modelName(server, name),
    title: `${server}: ${(title ?? annotations?.title ?? name).slice(0, 80)}`,
    description: (description ?? '').slice(0, MOST_DESCRIPTION),
    parameters: inputSchema,
    changesThings: annotations?.readOnlyHint !== true,
    async call(args, { signal }: CallContext) {
      const checked = check(args);
      if (!checked.valid)
        throw new ToolFault(
          `The arguments do not fit. ${checked.errorMessage}. Call again with better ones.`,
        );
      return textOf(await called(() => call(name, checked.data, signal), signal));
    },
  };
}

/**
 * Words that model servers take; two servers may have a tool of one name. No two names become one: else one tool would hide the
 * other, and what a person allowed of one would be allowed of both. So what is not plain ends with a mark of what it stands for.
 */
export function modelName(server: string, name: string): string {
  const full = `${server}__${name}`;
  const isPlain = /^[\w-]+$/.test(full) && full.length <= LONGEST_NAME && !/__|_$/.test(server);
  if (isPlain && !MARKED.test(name)) return full;
  const mark = createHash('sha256')
    .update(JSON.stringify([server, name]))
    .digest('hex')
    .slice(0, MARK_LENGTH);
  return `${full.replace(/[^\w-]/g, '_').slice(0, LONGEST_NAME - MARK_LENGTH - 1)}-${mark}`;
}

async function called(call: () => Promise<CallToolResult>, signal: AbortSignal): Promise<CallToolResult> {
  try {
    return await call();
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ToolFault) throw cause;
    // What broke is the server's own affair, and may name its secrets: it is in the log of the server.
    throw new ToolFault(
      'The server of this tool did not answer the call. It may have had its effect all the same.',
      {
        cause,
      },
    );
  }
}

function textOf({ content, structuredContent, isError }: CallToolResult): string {
  const parts = content.map((part) => {
    if (part.type === 'text') return part.text;
    if (part.type === 'resource' && 'text' in part.resource) return part.resource.text;
    if (part.type === 'resource_link') return part.uri;
    return `[${part.type}, which cannot be shown here]`;
  });
  const text =
    parts.join('\n') || (structuredContent === undefined ? '(no words)' : JSON.stringify(structuredContent));
  if (isError === true) throw new ToolFault(text);
  return text;
}
