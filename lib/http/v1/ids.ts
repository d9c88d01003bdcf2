import { ApiError } from './api-error.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const fileName = (id: string) => `file-${id}`;
export const batchName = (id: string) => `batch_${id}`;

/** @throws ApiError 404, as for an unknown one */
export function fileId(name: string): string {
  const id = name.startsWith('file-') ? name.slice('file-'.length) : '';
  if (uuid.test(id)) return id;
  throw noFile(name);
}

/** @throws ApiError 404, as for an unknown one */
export function batchId(name: string): string {
  const id = name.startsWith('batch_') ? name.slice('batch_'.length) : '';
  if (uuid.test(id)) return id;
  throw noBatch(name);
}

export function noFile(name: string): ApiError {
  return none(`No such File object: ${name.slice(0, 100)}`, 'id');
}

export function noBatch(name: string): ApiError {
  return none(`No batch found with id '${name.slice(0, 100)}'.`, null);
}

function none(message: string, param: string | null): ApiError {
  return new ApiError(message, { status: 404, type: 'invalid_request_error', code: null, param });
}

/** Seconds since 1970. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
