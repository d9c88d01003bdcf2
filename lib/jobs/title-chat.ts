import type { Gate } from '#lib/gate/gate.ts';
import type { LiveGeneration } from '#lib/generation/live-generation.ts';
import type { Publish } from '#lib/generation/publish.ts';
import { isThrottling } from '#lib/generation/retry.ts';
import { promptTokens } from '#lib/generation/token-estimate.ts';
import type { Turns } from '#lib/generation/turns.ts';
import type { ChatStore, Turn } from '#lib/store/chat-store.ts';
import type { Log } from '#lib/telemetry/log.ts';
import type { Models, ModelTurn } from '#lib/upstream/model.ts';
import { limits } from '#lib/wire/protocol.ts';

export interface TitleChatPorts {
  gate: Gate;
  models: Models;
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
 */
export async function titleChat(
  generation: LiveGeneration,
  ports: TitleChatPorts,
  signal: AbortSignal,
): Promise<void> {
  try {
    const title = tidy(await ask(generation, ports, signal));
    if (title === '') return;
    await ports.turns.take(generation, async () => {
      const chat = await ports.store.entitle(generation.chatId, title);
      if (chat !== null) ports.publish.chat(generation.userId, chat);
    });
  } catch (error) {
    if (!signal.aborted) ports.log.warn({ generation: generation.id, err: error }, 'no title');
  }
}

async function ask(
  generation: LiveGeneration,
  { gate, models, store }: TitleChatPorts,
  signal: AbortSignal,
): Promise<string> {
  const { lane, userId } = generation;
  const model = models.find(lane);
  if (model === null) return '';
  const messages = task(await store.history(generation.chatId, generation.messageId));
  const asked = promptTokens(messages);
  const id = `title:${generation.id}`;
  const weight = asked + MAX_TOKENS;
  const permit = await gate.acquire({ id, lane, user: userId, class: 'helper', signal, weight });
  let text = '';
  let used = weight;
  const sink = {
    text(delta: string) {
      if (text === '') gate.succeeded(lane, { id });
      text += delta;
    },
    reasoning() {
      // A title shows only its words.
    },
  };
  try {
    const { usage } = await model.stream({ messages, maxTokens: MAX_TOKENS }, sink, signal);
    if (usage !== null) used = usage.tokensIn + usage.tokensOut;
    return text;
  } catch (error) {
    if (isThrottling(error) && text === '') {
      used = 0;
      gate.throttled(lane, { id, retryAfterMs: error.retryAfterMs });
    }
    throw error;
  } finally {
    permit.release({ tokens: used });
  }
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
