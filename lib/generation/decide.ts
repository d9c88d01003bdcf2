import type { ChatStore } from '#lib/store/chat-store.ts';
import { Refusal } from '#lib/wire/error-code.ts';
import type { Generations } from './generations.ts';

export type Verdict = 'allow' | 'chat' | 'refuse';

export interface DecidePorts {
  store: Pick<ChatStore, 'allow'>;
  generations: Pick<Generations, 'find'>;
}

/**
 * A person's word on a call that waits for it; saying it twice is saying it once, and the first word stands.
 * `chat`: the tool need not ask again in this chat, now and later.
 * @throws Refusal `not_running`
 */
export async function decide(
  userId: string,
  { generationId, callId, verdict }: { generationId: string; callId: string; verdict: Verdict },
  { store, generations }: DecidePorts,
): Promise<void> {
  const generation = generations.find(generationId);
  const call = generation?.calls.find(callId);
  if (generation?.userId !== userId || call === undefined) {
    throw new Refusal('not_running', 'This answer is not running any more.');
  }
  if (verdict !== 'chat' || call.state !== 'asking') {
    generation.calls.decide(callId, verdict !== 'refuse');
    return;
  }
  await store.allow(userId, generation.chatId, call.name);
  generation.kit?.allowed.add(call.name);
  const same = generation.calls.asking.filter(({ name }) => name === call.name);
  for (const { id } of same) generation.calls.decide(id, true);
}
