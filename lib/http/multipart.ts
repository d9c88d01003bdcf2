import { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
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
  const parser = parserOf(type);
  const fields = new Map<string, string>();
  let content: Readable | undefined;
  let taking: Promise<T> | undefined;
  const over = Promise.withResolvers<void>();
  parser.on('field', (field, value) => void fields.set(field, value));
  parser.on('file', (field, file, fileName) => {
    content = file;
    // A form that ends within its file is told of here alone, perhaps before anybody reads the file.
    file.on('error', (cause) => {
      over.reject(noForm(cause));
      file.destroy(cause);
    });
    if (field !== name) return void file.resume();
    taking = take(file as AsyncIterable<Uint8Array>, fileName || 'file');
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
  } catch (error) {
    // The parser leaves it open, and whoever takes it in would wait for the rest.
    content?.destroy(error instanceof Error ? error : undefined);
    throw error;
  } finally {
    body.destroy();
    await taking?.catch(() => undefined);
  }
}

/** @throws Refusal for a type that names no boundary */
function parserOf(type: string): BusboyInstance {
  const limits = { fieldSize: FIELD_BYTES, fields: FIELDS, files: 1 };
  try {
    return new Busboy({ headers: { 'content-type': type }, limits });
  } catch (cause) {
    throw noForm(cause);
  }
}

function noForm(cause?: unknown): Refusal {
  return new Refusal('bad_message', 'The body must be a form: multipart/form-data with purpose and file.', {
    cause,
  });
}
