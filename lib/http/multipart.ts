import { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { Refusal } from '#lib/wire/error-code.ts';
import { streamedBody } from './body.ts';

export interface Form<T> {
  fields: ReadonlyMap<string, string>;
  /** What became of the file; undefined when there was none. */
  file: T | undefined;
}

const FIELD_BYTES = 64 * 1024;
const FIELDS = 50;

/**
 * Reads a form with one file in the part `name`, which is taken as it comes: nothing of it stays in memory.
 * @param take gets the file as a stream and reads it to its end
 * @throws Refusal `bad_message` for a body that is no such form
 */
export async function readForm<T>(
  request: Request,
  name: string,
  take: (content: AsyncIterable<Uint8Array>, fileName: string) => Promise<T>,
): Promise<Form<T>> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data;/i.test(type)) throw noForm();
  const parser = new Busboy({
    headers: { 'content-type': type },
    limits: { fieldSize: FIELD_BYTES, fields: FIELDS, files: 1 },
  });
  const fields = new Map<string, string>();
  let taking: Promise<T> | undefined;
  const over = Promise.withResolvers<void>();
  parser.on('field', (field, value) => void fields.set(field, value));
  parser.on('file', (field, content, fileName) => {
    if (field !== name || taking !== undefined) return void content.resume();
    taking = take(content as AsyncIterable<Uint8Array>, fileName || 'file');
    // The rest of the form is worth nothing then; the error itself is thrown below.
    taking.catch((error: unknown) => over.reject(error));
  });
  parser.on('finish', () => over.resolve());
  parser.on('error', (cause) => over.reject(noForm(cause)));
  const body = Readable.from(streamedBody(request), { objectMode: false });
  body.on('error', (error) => {
    over.reject(error);
    parser.destroy(error);
  });
  body.pipe(parser);
  try {
    await over.promise;
    return { fields, file: await taking };
  } finally {
    body.destroy();
    await taking?.catch(() => undefined);
  }
}

function noForm(cause?: unknown): Refusal {
  return new Refusal('bad_message', 'The body must be a form: multipart/form-data with purpose and file.', {
    cause,
  });
}
