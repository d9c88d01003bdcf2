import * as z from 'zod';
import { Secret } from './secret.ts';

export type Env = Readonly<Record<string, string | undefined>>;

interface Setting<T> {
  schema: z.ZodType<T>;
  /** Ends the sentence "expected …". */
  expected: string;
  /** The value must not be shown. */
  hidden?: boolean;
}

/** Reads variables one by one and collects what is wrong with them, one line each. Blank counts as unset. */
export class Settings {
  readonly problems: string[] = [];
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
  }

  text(name: string): string | null {
    const value = this.#env[name]?.trim() ?? '';
    return value === '' ? null : value;
  }

  /** Null when unset, and when wrong: then there is a problem more. */
  value<T>(name: string, { schema, expected, hidden = false }: Setting<T>): T | null {
    const text = this.text(name);
    if (text === null) return null;
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    this.problems.push(`${name}=${hidden ? '[hidden]' : JSON.stringify(text)}: expected ${expected}.`);
    return null;
  }

  secret(name: string, setting: Omit<Setting<string>, 'hidden'>): Secret | null {
    const value = this.value(name, { ...setting, hidden: true });
    return value === null ? null : new Secret(value);
  }
}

export const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const address = (...protocols: string[]) =>
  z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''));

/** A model server's address: what is appended to it must stay a path, and no key may hide in it. */
export const modelServer = address('http:', 'https:').refine((text) => {
  const url = URL.parse(text);
  return url !== null && [url.username, url.password, url.search, url.hash].every((part) => part === '');
});

export const modelServerExpected =
  'an http or https address without credentials, for example http://127.0.0.1:11434/v1';

export const apiKey = {
  schema: z.string().regex(/^[\x21-\x7e]+$/),
  expected: 'a key of visible ASCII characters without spaces',
};
