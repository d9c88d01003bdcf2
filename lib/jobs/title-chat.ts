import type { LiveGeneration } from '#lib/generation/live-generation.ts';
import { type PermittedCallPorts, permittedCall } from '#lib/generation/permitted-call.ts';
import type { Publish } from '#lib/generation/publish.ts';
import type { Turns } from '#lib/generation/turns.ts';
import type { ChatStore, Turn } from '#lib/store/chat-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import type { ModelTurn } from '#lib/upstream/model-request.ts';
import { limits } from '#lib/wire/protocol.ts';

export interface TitleChatPorts extends PermittedCallPorts {
  store: Pick<ChatStore, 'history' | 'entitle'>;
  publish: Pick<Publish, 'chat'>;
  turns: Turns;
  log: Log;
}

/** Units of each side of the conversation that the model gets to read. */
const EXCERPT = 1_500;
const MAX_TOKENS = 24;

const TASK =
  'weir-title: write a title for the conversation below. At most six words, in its own language, ' +
  'plain text without quotes, without Markdown, without a full stop. Answer with the title alone.';

/**
 * Names a chat after its first answer, behind all replies in rank. The plain title stays when anything goes wrong: a
 * title is worth one try, not a failure that people see.
 * @returns whether the chat has a title now that is not the plain one, or is gone
 */
export async function titleChat(
  generation: LiveGeneration,
  ports: TitleChatPorts,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const title = tidy(await ask(generation, ports, signal));
    if (title === '') return false;
    await ports.turns.take(generation, async () => {
      const chat = await ports.store.entitle(generation.chatId, title);
      if (chat !== null) ports.publish.chat(generation.userId, chat);
    });
    return true;
  } catch (error) {
    if (!signal.aborted) ports.log.warn({ generation: generation.id, err: error }, 'no title');
    return false;
  }
}

async function ask(
  { id, lane, userId, chatId, messageId }: LiveGeneration,
  ports: TitleChatPorts,
  signal: AbortSignal,
): Promise<string> {
  const request = { messages: task(await ports.store.history(chatId, messageId)), maxTokens: MAX_TOKENS };
  const call = { id: `title:${id}`, lane, userId, class: 'helper', request, signal } as const;
  let text = '';
  await permittedCall(
    call,
    {
      text(delta) {
        text += delta;
      },
      reasoning() {
        // A title shows only its words.
      },
    },
    ports,
  );
  return text;
}

function task(history: readonly Turn[]): ModelTurn[] {
  const excerpt = history
    .slice(0, 2)
    .map(({ role, text }) => `${role}: ${text.slice(0, EXCERPT)}`)
    .join('\n\n');
  return [
    { role: 'system', content: TASK },
    { role: 'user', content: excerpt },
  ];
}

/** Models like to add quotes, labels and Markdown all the same. */
export function tidy(answer: string): string {
  const line = answer.trim().split('\n', 1)[0] ?? '';
  const bare = line
    .replace(/^(title|titel)\s*:\s*/i, '')
    .replace(/^[#>*_`"'“”„«»\s-]+|[*_`"'“”„«».\s]+$/g, '')
    .replace(/\s+/g, ' ');
  return bare.slice(0, limits.titleLength).toWellFormed();
}
