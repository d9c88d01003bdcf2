import * as z from 'zod';
import { Secret } from './secret.ts';
import { address, Settings } from './settings.ts';
import { fileName, readConfigFile, sentence } from './upstreams.ts';

/** A server of tools. What it is told may be secret, so all of that is. */
export type McpServerConfig = { readonly name: string } & (
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, Secret>>;
    }
  | { readonly kind: 'http'; readonly url: Secret; readonly headers: Readonly<Record<string, Secret>> }
);

const name = z.string().regex(/^[a-z0-9][\w-]{0,29}$/i, 'names of letters, digits, - and _, at most 30');
const texts = z.record(z.string(), z.string('a text'), 'names and texts').default({});
const stdio = z.strictObject({
  command: z.string('a program').min(1, 'a program'),
  args: z.array(z.string('a text'), 'a list of texts').default([]),
  env: texts,
});
const http = z.strictObject({ url: address('http:', 'https:'), headers: texts });
const shape = z.record(name, z.union([stdio, http]), 'servers by name').default({});

const expected = '{"command": …, "args": […], "env": {…}} or {"url": "http://…", "headers": {…}}';
const reference = /^\$\{([A-Za-z_]\w*)\}$/;

/**
 * `mcpServers` of weir.config.json. A value that is `${NAME}` and nothing else is that variable of the environment, so that
 * secrets need not stand in the file.
 */
export function configuredMcpServers(settings: Settings, cwd: string): McpServerConfig[] {
  // What is wrong with the file as such is said once, by the reader of the upstreams.
  const content = readConfigFile(new Settings({}), cwd);
  if (typeof content !== 'object' || content === null || !('mcpServers' in content)) return [];
  const result = shape.safeParse(content.mcpServers);
  if (result.success) {
    return Object.entries(result.data).map(([own, server]) => serverOf(settings, own, server));
  }
  for (const issue of result.error.issues) settings.problems.push(problemOf(issue));
  return [];
}

function problemOf(issue: z.core.$ZodIssue): string {
  const path = ['mcpServers', ...issue.path];
  if (path.at(-1) === 'url') return `${fileName}: ${path.join('.')}: expected an http or https address.`;
  if (issue.code === 'invalid_union') return `${fileName}: ${path.join('.')}: expected ${expected}.`;
  if (issue.code === 'invalid_key')
    return `${fileName}: ${path.join('.')}: expected names of letters, digits, - and _, at most 30.`;
  return sentence({ ...issue, path });
}

function serverOf(settings: Settings, own: string, server: z.infer<typeof shape>[string]): McpServerConfig {
  const place = `mcpServers.${own}`;
  const all = (values: Readonly<Record<string, string>>, where: string) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        hidden(settings, value, `${place}.${where}.${key}`),
      ]),
    );
  if ('url' in server) {
    return { name: own, kind: 'http', url: new Secret(server.url), headers: all(server.headers, 'headers') };
  }
  const { command, args, env } = server;
  return { name: own, kind: 'stdio', command, args, env: all(env, 'env') };
}

function hidden(settings: Settings, value: string, place: string): Secret {
  const variable = reference.exec(value)?.[1];
  if (variable === undefined) return new Secret(value);
  const text = settings.text(variable);
  if (text === null) {
    settings.problems.push(`${fileName}: ${place}: ${variable} is not set: expected a value in it.`);
  }
  return new Secret(text ?? '');
}
