/** A line, from 1; `text` is null when it is longer than allowed or not UTF-8. */
export interface Line {
  line: number;
  text: string | null;
  fault: 'too-long' | 'not-utf8' | null;
}

const LF = 10;
const CR = 13;
const BOM = 0xfeff;

/** Cuts bytes into lines, holding one of them at a time and of a line that is too long nothing. */
export async function* linesOf(source: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let pieces: Uint8Array[] = [];
  let size = 0;
  let line = 1;
  const cut = (): Line => {
    const fault = size > mostBytes ? 'too-long' : null;
    const bytes = fault === null ? withoutReturn(Buffer.concat(pieces, size)) : null;
    pieces = [];
    size = 0;
    return decoded(bytes, line++, decoder, fault);
  };
  const add = (piece: Uint8Array) => {
    size += piece.byteLength;
    if (size > mostBytes) pieces = [];
    else pieces.push(piece);
  };
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      add(chunk.subarray(from, end));
      yield cut();
      from = end + 1;
    }
    // A copy: the rest must not hold the whole chunk.
    if (from < chunk.length) add(chunk.slice(from));
  }
  if (size > 0) yield cut();
}

function decoded(bytes: Uint8Array | null, line: number, decoder: TextDecoder, fault: Line['fault']): Line {
  if (bytes === null) return { line, text: null, fault };
  try {
    const text = decoder.decode(bytes);
    const clean = line === 1 && text.charCodeAt(0) === BOM ? text.slice(1) : text;
    return { line, text: clean, fault: null };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { line, text: null, fault: 'not-utf8' };
  }
}

function withoutReturn(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
}
