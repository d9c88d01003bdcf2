import { analysisIn, playAnalysis } from './analysis.ts';
import { type Answer, ClientGone, LimitReached } from './answer.ts';
import { CollectedAnswer } from './collected.ts';
import { playDemo } from './demo.ts';
import { type Choice, choiceInModel, directiveIn } from './directive.ts';
import { embeddingScripts, playEmbeddings } from './embeddings.ts';
import type { Ground } from './exchange.ts';
import type { Ledger } from './record.ts';
import { errorBody, Refusal } from './refusal.ts';
import type { ChatRequest, EmbeddingRequest } from './request.ts';
import { scripts } from './scripts.ts';
import { replyError } from './scripts-status.ts';
import { StreamedAnswer } from './streamed.ts';
import { isTitleRequest, playTitle } from './title.ts';

/** What one call is going to be. */
export interface Part {
  readonly name: string;
  readonly choice: Choice | null;
  readonly play: (answer: Answer) => Promise<void>;
}

const names = [...scripts.keys()];

/** The script wanted by the prompt, else by the model's name. Throws `Refusal` 400 for a script that nobody knows. */
export function chosen(prompt: string, model: string): Choice | null {
  const choice = directiveIn(prompt) ?? choiceInModel(model, names);
  if (choice === null || scripts.has(choice.script)) return choice;
  throw new Refusal(400, `Unknown script "${choice.script}". Known: ${names.join(' ')}.`);
}

export function chatPart(request: ChatRequest, choice: Choice | null, everyMs: number): Part {
  if (isTitleRequest(request) && choice?.params.flag('title') !== true) {
    return { name: 'title', choice: null, play: playTitle };
  }
  const script = choice === null ? undefined : scripts.get(choice.script);
  if (choice !== null && script !== undefined)
    return { name: choice.script, choice, play: (answer) => script(answer, choice.params) };
  const kind = analysisIn(request);
  if (kind !== null)
    return { name: 'analysis', choice: null, play: (answer) => playAnalysis(answer, kind, everyMs) };
  return { name: 'demo', choice: null, play: (answer) => playDemo(answer, everyMs) };
}

export function embeddingPart(request: EmbeddingRequest, choice: Choice | null): Part {
  const script =
    choice !== null && embeddingScripts.includes(choice.script) ? scripts.get(choice.script) : undefined;
  const play = (answer: Answer) => playEmbeddings(answer, request, choice);
  if (choice === null || script === undefined) return { name: 'embedding', choice, play };
  return { name: choice.script, choice, play: (answer) => script(answer, choice.params) };
}

/** What comes once a script with `times=k` has been played k times. */
export function afterTimes(part: Part, prompt: string, ledger: Ledger, usual: Part['play']): Part {
  const params = part.choice?.params;
  const times = params?.number('times', 0) ?? 0;
  if (params === undefined || times === 0) return part;
  return ledger.tryOf(params.text('key', prompt)) <= times ? part : { ...part, play: usual };
}

/** The usual chat answer of a script whose `times` are over. */
export function usualChat(choice: Choice | null): Part['play'] {
  const paced = scripts.get('paced');
  return async (answer) => {
    if (choice !== null) await paced?.(answer, choice.params);
  };
}

/** Plays a call to its end. Rejects only with faults of this server itself. */
export async function perform(part: Part, ground: Ground): Promise<void> {
  const answer = ground.request.stream ? new StreamedAnswer(ground) : new CollectedAnswer(ground);
  try {
    const gate = part.choice?.params.text('gate') ?? '';
    if (gate !== '') await answer.held(gate);
    await part.play(answer);
  } catch (cause) {
    if (cause instanceof ClientGone) return;
    if (cause instanceof LimitReached) return answer.complete('length');
    if (!(cause instanceof Refusal) || ground.response.headersSent) {
      answer.reset();
      throw cause;
    }
    replyError(answer, cause.status, errorBody(cause.status, cause.message, cause.param));
  }
}
