import { Child } from './child.ts';
import { plainEnv, root } from './place.ts';
import type { Weir } from './weir.ts';

export interface StoredMessage {
  readonly id: string;
  readonly chatId: string;
  readonly parentId: string | null;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly reasoning: string;
  /** Of its newest generation; null for a person's message. */
  readonly state: string | null;
  /** How many generations it had. */
  readonly generations: number;
}

export interface Stored {
  /** Oldest first. */
  readonly messages: readonly StoredMessage[];
  /** Checkpoint pieces that no ending has dropped. */
  readonly pieces: number;
  /** Generations queued or running. */
  readonly unfinished: number;
}

/** What the database holds, read past the server, which must not run: nothing of its memory can be in it. */
export async function stored(weir: Weir): Promise<Stored> {
  if (weir.isRunning) throw new Error('the embedded database belongs to the running server: end it first');
  const child = new Child(['e2e/dump-stored.ts', weir.database], { cwd: root, env: plainEnv() });
  const code = await child.ended();
  const json = child.lines.find((line) => line.startsWith('{'));
  if (code !== 0 || json === undefined) throw new Error(`no dump (${code}):\n${child.lines.join('\n')}`);
  return JSON.parse(json) as Stored;
}

/** The same of a server that runs: it goes in order and comes back. */
export async function storedBehind(weir: Weir): Promise<Stored> {
  const code = await weir.sigterm();
  if (code !== 0) throw new Error(`the server ended with ${code}:\n${weir.logs()}`);
  const found = await stored(weir);
  await weir.restart();
  return found;
}

/** Text of the answers below the person's message that contains `mark`, oldest first. */
export function storedAnswers({ messages }: Stored, mark: string): StoredMessage[] {
  const asked = messages
    .filter(({ role, text }) => role === 'user' && text.includes(mark))
    .map(({ id }) => id);
  return messages.filter(({ parentId }) => parentId !== null && asked.includes(parentId));
}
