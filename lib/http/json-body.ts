import type * as z from 'zod/mini';
import { Refusal } from '#lib/wire/error-code.ts';
import { bodyWithin } from './body.ts';

/** @throws Refusal `too_long`, or `bad_message` that names the first field that is wrong */
export async function jsonBody<T extends z.ZodMiniType>(
  request: Request,
  schema: T,
  most: number,
): Promise<z.output<T>> {
  const body = await bodyWithin(request, most);
  if (body === null) throw new Refusal('too_long', 'The request body is too large. Send less.');
  return valid(schema, parsed(body));
}

/** @throws Refusal `bad_message` that names the first field that is wrong */
export function valid<T extends z.ZodMiniType>(schema: T, value: unknown): z.output<T> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw new Refusal('bad_message', `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'malformed'}`);
}

function parsed(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {};
  try {
    return JSON.parse(Buffer.from(body).toString()) as unknown;
  } catch (cause) {
    throw new Refusal('bad_message', 'body: not JSON', { cause });
  }
}
