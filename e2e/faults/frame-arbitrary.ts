import fc from 'fast-check';
import * as z from 'zod/mini';
import { type ClientMessage, clientMessage } from '#lib/wire/client-message.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** What injections are made of: operators of query languages, and everything that is no string. */
export const operators: readonly unknown[] = [
  { not: '' },
  { startsWith: 'a' },
  { contains: '' },
  { $ne: null },
  { in: [] },
  [],
  ['a', 'b'],
  null,
  true,
  1e308,
  -1,
];

const hostile = fc.oneof(
  fc.constantFrom(...operators),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '__proto__',
    '../../etc/passwd',
    '%00',
    "' OR 1=1--",
    'a'.repeat(2_000),
  ),
  fc.jsonValue(),
);

const hostileField = fc.constantFrom('__proto__', 'constructor', 'prototype', 'userId', 'where', 'toString');

/** Valid messages of every type, as their schema says, with these ids among the made-up ones. */
export function frames(ids: readonly string[], models: readonly string[]): fc.Arbitrary<ClientMessage> {
  const id = fc.oneof(fc.constantFrom(...ids), fc.uuid());
  const options = z.toJSONSchema(clientMessage).oneOf ?? [];
  return fc.oneof(
    ...options.map((option) => arbitraryOf(option as Schema, { id, models })),
  ) as fc.Arbitrary<ClientMessage>;
}

/** A frame with one thing wrong with it: a field of another kind, missing, or one too many; or bytes cut or turned. */
export function mutated(valid: fc.Arbitrary<ClientMessage>): fc.Arbitrary<string> {
  const field = fc.tuple(valid, fc.nat(), hostile).map(([message, at, value]) => {
    const names = Object.keys(message);
    const name = names[at % names.length] ?? 'type';
    return JSON.stringify({ ...message, [name]: value });
  });
  const missing = fc.tuple(valid, fc.nat()).map(([message, at]) => {
    const names = Object.keys(message);
    return JSON.stringify({ ...message, [names[at % names.length] ?? 'type']: undefined });
  });
  const extra = fc.tuple(valid, hostileField, hostile).map(([message, name, value]) => {
    const text = JSON.stringify(message);
    return `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}}`;
  });
  const bytes = fc
    .tuple(valid, fc.nat(), fc.string({ unit: 'binary', maxLength: 4 }))
    .map(([message, at, junk]) => {
      const text = JSON.stringify(message);
      const cut = at % text.length;
      return text.slice(0, cut) + junk + text.slice(cut + 1);
    });
  const numbers = valid.map((message) => JSON.stringify(message).replace(/:\d+/, ':1e400'));
  return fc.oneof(field, missing, extra, bytes, numbers, fc.json(), fc.string({ unit: 'binary' }));
}

interface Pool {
  readonly id: fc.Arbitrary<string>;
  readonly models: readonly string[];
}

function arbitraryOf(schema: Schema, pool: Pool, name = ''): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.format === 'uuid') return pool.id;
  if (name === 'model') return fc.oneof(fc.constantFrom(...pool.models), fc.string({ minLength: 1 }));
  switch (schema.type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? {});
      const fields = Object.fromEntries(
        entries.map(([key, value]) => [key, arbitraryOf(value as Schema, pool, key)]),
      );
      return fc.record(fields, { requiredKeys: [...(schema.required ?? [])] });
    }
    case 'array':
      return fc.array(arbitraryOf(schema.items as Schema, pool), {
        minLength: schema.minItems ?? 0,
        maxLength: 4,
      });
    case 'string':
      return fc.string({
        minLength: schema.minLength ?? 0,
        maxLength: Math.min(schema.maxLength ?? 40, 40),
        unit: 'binary',
      });
    case 'integer':
      return fc.nat();
    case 'number':
      return fc.double();
    case 'boolean':
      return fc.boolean();
    default:
      // A schema that grows another kind of field has to grow here too.
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}
