const wave = '\u{1F44B}\u{1F3FD}';
const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
/** Each is one delta: astral characters, joiners, combining marks, right-to-left, line separators, SSE look-alikes. */
const pieces = [
  'Grüße, ',
  `${wave} `,
  `${family} `,
  '日本語 ',
  'e\u0301 ',
  'שלום ',
  '\u2028\u2029',
  ' data: [DONE]\n\n',
  'a\r\nb\rc\n',
  '\uFEFF',
  '"quoted" \\ </script> ',
  '\t$x^2$ ',
  '\u{1F9EA}end',
];

export interface TortureOptions {
  /** Sends an emoji as two deltas of one escaped surrogate each. */
  readonly halves?: boolean;
  /** Sends a NUL character in the text. */
  readonly nul?: boolean;
}

export interface Torture {
  readonly bytes: Uint8Array;
  /** What every right reader reads out of `bytes`, however these are cut. */
  readonly text: string;
}

type Framing = (json: string) => string;

const split = (json: string, eol: string) => json.replace('"choices"', `${eol}data: "choices"`);
/** Everything that the event stream format allows a server to do. */
const framings: readonly Framing[] = [
  (json) => `data: ${json}\n\n`,
  (json) => `data:${json}\r\n\r\n`,
  (json) => `data: ${json}\r\r`,
  (json) => `: a comment\nevent: message\nid: 7\nretry: 100\ndata: ${json}\n\n`,
  (json) => `data: ${split(json, '\n')}\n\n`,
  (json) => `data:${split(json, '\r\n')}\r\n\r\n`,
  (json) => `data: ${json}\r\n\n`,
  (json) => `\n\n: \u{1F99C} comment\r\ndata: ${json}\n\r\n`,
];

function eventOf(content: string): string {
  return JSON.stringify({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });
}

/** One answer in the nastiest legal bytes: BOM, mixed line ends, comments, data over several lines, no space after the colon. */
export function tortureOf({ halves = false, nul = false }: TortureOptions = {}): Torture {
  const all = [...pieces, ...(halves ? ['\uD83D', '\uDE00'] : []), ...(nul ? ['nul\u0000byte'] : [])];
  const events = all.map((piece, at) => (framings[at % framings.length] ?? String)(eventOf(piece)));
  const stop = JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  const transcript = `\uFEFF${events.join('')}data: ${stop}\r\n\r\ndata:[DONE]\n\n`;
  return { bytes: new TextEncoder().encode(transcript), text: all.join('') };
}

/** mulberry32, so that a seed names one way to cut. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Cuts at byte `at`, or at seeded random places, or (neither given) after every byte. */
export function cutsOf(bytes: Uint8Array, at: number | null, seed: number | null): Uint8Array[] {
  if (at !== null) return [bytes.subarray(0, at), bytes.subarray(at)].filter((part) => part.length > 0);
  const random = seed === null ? null : randomOf(seed);
  const parts: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const size = random === null ? 1 : 1 + Math.floor(random() ** 3 * 40);
    parts.push(bytes.subarray(from, from + size));
    from += size;
  }
  return parts;
}
