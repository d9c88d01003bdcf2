import type * as z from 'zod';
import { errorObject } from './shapes.ts';

/** Content of a body in the document. */
export function jsonOf<S extends z.ZodType>(schema: S) {
  return { 'application/json': { schema } };
}

const failed = (description: string) => ({ description, content: jsonOf(errorObject) });

/** What every route below /v1 may answer besides. */
export const errorAnswers = {
  400: failed('A parameter is wrong: `param` names it.'),
  401: failed('The key is missing, wrong or revoked.'),
  404: failed('There is no such model or object.'),
  429: failed(
    'Too much is waiting, or the model server asks us to slow down: try again after `Retry-After` seconds.',
  ),
  502: failed('The model server failed; `code` says how.'),
  503: failed('Weir or the model server is busy or restarting: try again after `Retry-After` seconds.'),
} as const;
