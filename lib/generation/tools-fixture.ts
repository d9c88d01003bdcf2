import * as z from 'zod';
import { ownTool, ownToolset } from '#lib/tools/own-tool.ts';
import type { Tool } from '#lib/tools/tool.ts';
import { type Rehearsal, type RehearsalOptions, rehearse, sending } from './rehearsal-fixture.ts';

export const USER = 'user-1';

/** Calls of a tool that a test answers by hand. */
export class Bell {
  readonly rings: {
    args: unknown;
    signal: AbortSignal;
    answer(text: string): void;
    fail(error: Error): void;
  }[] = [];
  readonly tool: Tool;

  constructor(name: string, changesThings = false) {
    this.tool = ownTool({
      name,
      title: name,
      description: '',
      changesThings,
      schema: z.object({ n: z.number().optional() }),
      run: (args, { signal }) =>
        new Promise((answer, fail) => {
          this.rings.push({ args, signal, answer, fail });
        }),
    });
  }
}

export const toolset = (...tools: Tool[]) => ownToolset({ id: 'set', title: 'Set', description: '' }, tools);

export async function asked(tools: Tool[], options: RehearsalOptions = {}, instructions?: string) {
  const rehearsal = rehearse({ ...options, tools: [toolset(...tools)] });
  const send = { ...sending('do it'), equip: { tools: ['set'], ...(instructions ? { instructions } : {}) } };
  await rehearsal.replies.begin(USER, send);
  return { rehearsal, send, call: await rehearsal.models.nextCall() };
}

export type Call = Awaited<ReturnType<Rehearsal['models']['nextCall']>>;

export function callTools(call: Call, ...calls: [name: string, args: string][]): void {
  for (const [index, [name, args]] of calls.entries()) {
    call.callTool({ index, id: `call_${index}`, name });
    call.callTool({ index, arguments: args });
  }
  call.finish('tool_calls', { tokensIn: 10, tokensOut: 1 });
}

export async function stored(rehearsal: Rehearsal, chatId: string) {
  const page = await rehearsal.store.page(USER, chatId);
  const last = page?.messages.at(-1);
  return { text: last?.text, state: last?.generation?.state, calls: last?.generation?.calls };
}

export const live = (rehearsal: Rehearsal, id: string) => rehearsal.generations.find(id);
export const statesOf = (rehearsal: Rehearsal, id: string) =>
  live(rehearsal, id)?.calls.all.map(({ state }) => state);
