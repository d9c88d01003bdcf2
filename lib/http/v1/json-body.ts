import type { Context } from 'hono';
import type * as z from 'zod';
import { bodyWithin } from '../body.ts';
import { ApiError, invalid } from './api-error.ts';
import type { V1Env } from './v1-env.ts';

/** Bytes: room for pictures inside a request. */
export const mostBytes = 20 * 1024 * 1024;

/** The body of a request, checked. @throws ApiError 400 naming the first parameter that is wrong, 413, 429 */
export async function jsonBody<S extends z.ZodType>(c: Context<V1Env>, schema: S): Promise<z.output<S>> {
  const declared = Number(c.req.header('content-length') ?? mostBytes);
  if (declared > mostBytes) throw tooLarge();
  const { outgoing } = c.env;
  let release = c.get('room').take(declared);
  // What was asked is held until the answer is through; who has hung up already closes no second time.
  if (outgoing.destroyed) release();
  else outgoing.once('close', () => release());
  const bytes = await bodyWithin(c.req.raw, mostBytes);
  if (bytes === null) throw tooLarge();
  if (bytes.byteLength < declared && !outgoing.destroyed) {
    release();
    release = c.get('room').take(bytes.byteLength);
  }
  return checked(schema, parsed(bytes));
}

/** What stands behind the `?`, checked. @throws ApiError 400 naming the first parameter that is wrong */
export function queryOf<S extends z.ZodType>(c: Context<V1Env>, schema: S): z.output<S> {
  return checked(schema, c.req.query());
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw complaint(result.error.issues[0]);
}

function parsed(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid(null, 'We could not parse the JSON body of your request.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalid(null, 'The body of the request must be a JSON object.');
}

function complaint(issue: z.core.$ZodIssue | undefined): ApiError {
  if (issue === undefined) return invalid(null, 'The request is not valid.');
  const param = placeOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = placeOf([...issue.path, issue.keys[0] ?? '']);
    return invalid(unknown, `Unrecognized request argument supplied: ${unknown}`, 'unknown_parameter');
  }
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  if (isMissing) {
    return invalid(param, `Missing required parameter: '${param}'.`, 'missing_required_parameter');
  }
  return invalid(param, `Invalid '${param}': ${issue.message}.`, 'invalid_value');
}

/** `messages[0].content` */
function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (place, step) =>
      typeof step === 'number'
        ? `${place}[${step}]`
        : `${place}${place === '' ? '' : '.'}${String(step)}`.slice(0, 200),
    '',
  );
}

function tooLarge(): ApiError {
  const message = `The body of a request has at most ${mostBytes / 1024 / 1024} MiB.`;
  return new ApiError(message, { status: 413, type: 'invalid_request_error', code: 'request_too_large' });
}
