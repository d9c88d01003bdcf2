import type { Generation, Message } from '#lib/wire/chat.ts';
import { isEnding } from '#lib/wire/chat.ts';
import { type ClientState, type LiveText, only } from './state.ts';
import { withCalls } from './tool-calls.ts';

export function isRunning(generation: Generation | null | undefined): boolean {
  return generation !== null && generation !== undefined && !isEnding(generation.state);
}

/** Brings `generations` and `texts` in line with the new messages of a chat. */
export function adoptMessages(
  state: ClientState,
  chatId: string,
  messages: readonly Message[],
  snapshot: boolean,
): Pick<ClientState, 'generations' | 'texts'> {
  const generations = only(state.generations, (one) => one.chatId !== chatId || isRunning(one));
  const texts = only(state.texts, (one) => one.chatId !== chatId);
  const nextGenerations = { ...generations };
  const nextTexts = { ...texts };
  for (const message of messages) {
    if (message.generation === null) continue;
    const generation = newer(state.generations[message.generation.id], message.generation);
    nextGenerations[generation.id] = generation;
    if (!isRunning(generation)) continue;
    nextTexts[message.id] = startText(state.texts[message.id], chatId, generation.id, message, snapshot);
  }
  return { generations: nextGenerations, texts: nextTexts };
}

/**
 * States arrive in order, so the one we hold is at least as new, unless the other is an ending: nothing follows that. Calls are
 * told with states only while we watch, and with messages always.
 */
function newer(known: Generation | undefined, told: Generation): Generation {
  if (known === undefined || (isEnding(told.state) && !isEnding(known.state))) return told;
  if (told.calls === undefined || (isEnding(known.state) && known.calls !== undefined)) return known;
  return withCalls({ ...known, calls: told.calls }, null);
}

/** A snapshot stands as it is. Other events may be behind the deltas we have, or ahead of those still on their way. */
function startText(
  own: LiveText | undefined,
  chatId: string,
  generation: string,
  told: Message,
  snapshot: boolean,
): LiveText {
  const isSame = own?.generation === generation;
  if (isSame && own.text === told.text && own.reasoning === told.reasoning) return own;
  if (!isSame || snapshot) return { chatId, generation, text: told.text, reasoning: told.reasoning };
  const text = own.text.length >= told.text.length ? own.text : told.text;
  const reasoning = own.reasoning.length >= told.reasoning.length ? own.reasoning : told.reasoning;
  return text === own.text && reasoning === own.reasoning ? own : { ...own, text, reasoning };
}
