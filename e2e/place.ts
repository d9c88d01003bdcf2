import { fileURLToPath } from 'node:url';

/** The clone that is tested. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** What every child process needs of our environment; none of our settings leak into it. */
export function plainEnv(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
