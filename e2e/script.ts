import { randomBytes } from 'node:crypto';

/** Parameters of a script of the scripted upstream, see `lib/upstream/demo/scripts*.ts`. */
export type ScriptParams = Readonly<Record<string, string | number>>;

/** A message that makes the scripted upstream play a script. */
export function script(name: string, params: ScriptParams = {}): string {
  const pairs = Object.entries(params).map(([key, value]) => ` ${key}=${value}`);
  return `[[script:${name}${pairs.join('')}]]`;
}

/** `n` words; with `hold` it stops after `k` of them until the test releases that key. */
export const paced = (params: ScriptParams) => script('paced', { d: 5, f: 5, ...params });

/** Unlike any other in this run, also beside other workers: a letter and ten hex digits. */
export function newMark(letter = 'm'): string {
  return letter + randomBytes(5).toString('hex');
}

/** What `paced` says in all: `w0:mark w1:mark …`. */
export function words(count: number, mark: string): string {
  return Array.from({ length: count }, (_, at) => `w${at}:${mark}`).join(' ');
}

/**
 * The model of every chat unless another is picked: what it says to prompts without a script, such as the one of
 * *Continue*, is `usualAnswer`.
 */
export const usualModel = 'scripted-paced';
export const usualAnswer = Array.from({ length: 20 }, (_, at) => `w${at}`).join(' ');
