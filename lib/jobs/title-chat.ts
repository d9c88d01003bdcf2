import type { Gate } from '#lib/gate/gate.ts';
import type { LiveGeneration } from '#lib/generation/live-generation.ts';
import type { Publish } from '#lib/generation/publish.ts';
import type { ChatStore } from '#lib/store/chat-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import type { Models } from '#lib/upstream/model.ts';
import { limits } from '#lib/wire/protocol.ts';

export interface TitleChatPorts {
  gate: Gate;
  models: Models;
  store: Pick<ChatStore, 'history' | 'entitle'>;
  publish: Pick<Publish, 'chat'>;
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
 */
export async function titleChat(
  generation: LiveGeneration,
  ports: TitleChatPorts,
  signal: AbortSignal,
): Promise<void> {
  try {
    const title = tidy(await ask(generation, ports, signal));
    if (title === '') return;
    const chat = await ports.store.entitle(generation.chatId, title);
    if (chat !== null) ports.publish.chat(generation.userId, chat);
  } catch (error) {
    if (!signal.aborted) ports.log.warn({ generation: generation.id, err: error }, 'no title');
  }
}

async function ask(
  generation: LiveGeneration,
  { gate, models, store }: TitleChatPorts,
  signal: AbortSignal,
): Promise<string> {
  const model = models.find(generation.model);
  if (model === null) return '';
  const permit = await gate.acquire({
    id: `title:${generation.id}`,
    lane: model.id,
    user: generation.userId,
    class: 'helper',
    signal,
  });
  try {
    const history = await store.history(generation.chatId, generation.messageId);
    const excerpt = history
      .slice(0, 2)
      .map(({ role, text }) => `${role}: ${text.slice(0, EXCERPT)}`)
      .join('\n\n');
    let text = '';
    const sink = {
      text(delta: string) {
        text += delta;
      },
      reasoning() {
        // A title shows only its words.
      },
    };
    const messages = [
      { role: 'system' as const, content: TASK },
      { role: 'user' as const, content: excerpt },
    ];
    await model.stream({ messages, maxTokens: MAX_TOKENS }, sink, signal);
    return text;
  } finally {
    permit.release({ tokens: MAX_TOKENS });
  }
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
