import * as z from 'zod';
import type { Toolset } from '#lib/wire/tool.ts';
import { type CallContext, type Tool, ToolFault, type ToolSource } from './tool.ts';

/** A tool of ours. The schema makes both: what the model is told, and what is checked. */
export function ownTool<S extends z.ZodObject>({
  schema,
  changesThings = false,
  run,
  ...about
}: Pick<Tool, 'name' | 'title' | 'description'> & {
  schema: S;
  changesThings?: boolean;
  run: (args: z.infer<S>, about: CallContext) => string | Promise<string>;
}): Tool {
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return {
    ...about,
    parameters,
    changesThings,
    async call(args, context) {
      const result = schema.safeParse(args);
      if (result.success) return run(result.data, context);
      const wrong = result.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`,
      );
      throw new ToolFault(`The arguments do not fit. ${wrong.join('; ')}. Call again with better ones.`);
    },
  };
}

/** Tools of ours that are chosen together: always there. */
export function ownToolset(
  about: Pick<Toolset, 'id' | 'title' | 'description'>,
  tools: readonly Tool[],
): ToolSource {
  const described = tools.map(({ name, description, changesThings }) => ({
    name,
    description,
    changesThings,
  }));
  return {
    toolset: { ...about, state: 'ready', problem: null, tools: described },
    tools: async () => tools,
    onChange() {
      // It never changes.
    },
    async close() {
      // Nothing is open.
    },
  };
}
