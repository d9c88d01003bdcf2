import { Refusal } from './refusal.ts';

const keys = [
  ...[
    'abrupt',
    'at',
    'code',
    'd',
    'done',
    'empty',
    'endless',
    'event',
    'every',
    'f',
    'field',
    'finish',
    'gate',
    'halves',
  ],
  ...[
    'hold',
    'html',
    'k',
    'key',
    'mark',
    'n',
    'nul',
    'quota',
    'retryAfter',
    'seed',
    'shouldRetry',
    'size',
    'stamp',
  ],
  ...['times', 'title', 'to'],
];
const longestFirst = keys.toSorted((a, b) => b.length - a.length);
const directivePattern = /\[\[script:([\w-]+)((?:\s+[^\]]*)?)\]\]/;
const pairPattern = /([A-Za-z]+)=(?:"([^"]*)"|(\S+))/g;

/** Parameters of a script. A name nobody knows or a number that is none is refused, so that a typo cannot pass a test. */
export class Params {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: Iterable<readonly [string, string]> = []) {
    this.#values = new Map(values);
    for (const key of this.#values.keys()) {
      if (!keys.includes(key))
        throw new Refusal(400, `Unknown script parameter "${key}". Known: ${keys.join(' ')}.`);
    }
  }

  text(name: string, fallback = ''): string {
    return this.#values.get(name) ?? fallback;
  }

  number(name: string, fallback: number): number {
    const text = this.#values.get(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new Refusal(400, `Script parameter ${name}=${text} is not a number from 0 up.`);
  }

  flag(name: string): boolean {
    return this.text(name, '0') !== '0';
  }
}

export interface Choice {
  readonly script: string;
  readonly params: Params;
}

/** Finds `[[script:NAME key=value key="two words"]]` in a prompt; null when there is none. */
export function directiveIn(prompt: string): Choice | null {
  const found = directivePattern.exec(prompt);
  if (found === null) return null;
  const pairs = (found[2] ?? '').matchAll(pairPattern);
  const values = [...pairs].map(([, key = '', quoted, bare]) => [key, quoted ?? bare ?? ''] as const);
  return { script: found[1] ?? '', params: new Params(values) };
}

export function withoutDirective(prompt: string): string {
  return prompt.replace(directivePattern, '').trim();
}

/**
 * Reads `scripted-<script>[-key<value>…]`, for example `scripted-cut-json-k3`; values hold no hyphen. `scripts` are the
 * known names, since these hold hyphens too. Null when the name does not begin with `scripted-` or no script fits.
 */
export function choiceInModel(model: string, scripts: readonly string[]): Choice | null {
  if (!model.startsWith('scripted-')) return null;
  const rest = model.slice('scripted-'.length);
  const fitting = scripts.filter((name) => rest === name || rest.startsWith(`${name}-`));
  const script = fitting.toSorted((a, b) => b.length - a.length)[0];
  if (script === undefined) return null;
  const settings = rest
    .slice(script.length)
    .split('-')
    .filter((part) => part !== '');
  return { script, params: new Params(settings.map(pairOf)) };
}

function pairOf(setting: string): readonly [string, string] {
  const key = longestFirst.find((known) => setting.startsWith(known));
  if (key === undefined) throw new Refusal(400, `Unknown script parameter in "${setting}".`);
  return [key, setting.slice(key.length).replace(/^=/, '')];
}
