/** Cuts what a Postgres client sends into turns: stretches of messages that end with a wait for an answer. */
export interface Turns {
  /** @throws when the client does not speak the protocol */
  push(chunk: Buffer): Turn[];
}

export type Turn =
  /** The client asks for encryption: the answer is one byte, `N`. */
  { kind: 'encryption' } | { kind: 'end' } | { kind: 'messages'; bytes: Buffer };

const sslRequest = 80_877_103;
const gssRequest = 80_877_104;
const cancelRequest = 80_877_102;
const protocol3 = 196_608;
const longestMessage = 256 * 1024 * 1024;

const lastOfTurn = new Set(['Q', 'S', 'F', 'H', 'c', 'f'].map((type) => type.charCodeAt(0)));
const terminate = 'X'.charCodeAt(0);
const errorResponse = 'E'.charCodeAt(0);

export function clientTurns(): Turns {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  let ended = false;
  /** Bytes at the start of `rest` that are whole messages of a turn not yet complete. */
  let whole = 0;

  function opening(): Turn | null {
    if (rest.length < 8) return null;
    const length = messageLength(rest, 0);
    if (rest.length < length) return null;
    const code = rest.readInt32BE(4);
    if (code !== sslRequest && code !== gssRequest && code !== cancelRequest && code !== protocol3) {
      throw new Error(`Protocol ${code} is not spoken here.`);
    }
    const bytes = take(length);
    if (code === cancelRequest) return { kind: 'end' };
    if (code !== protocol3) return { kind: 'encryption' };
    started = true;
    return { kind: 'messages', bytes };
  }

  function following(): Turn | null {
    while (rest.length >= whole + 5) {
      const type = rest[whole];
      const end = whole + 1 + messageLength(rest, whole + 1);
      if (rest.length < end) return null;
      if (type === terminate) return { kind: 'end' };
      whole = end;
      if (type !== undefined && lastOfTurn.has(type)) return { kind: 'messages', bytes: take(whole) };
    }
    return null;
  }

  function take(length: number): Buffer {
    const bytes = rest.subarray(0, length);
    rest = rest.subarray(length);
    whole = 0;
    return bytes;
  }

  return {
    push(chunk) {
      if (ended) return [];
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const turns: Turn[] = [];
      for (;;) {
        const turn = started ? following() : opening();
        if (!turn) return turns;
        turns.push(turn);
        ended = turn.kind === 'end';
        if (ended) return turns;
      }
    },
  };
}

function messageLength(bytes: Buffer, at: number): number {
  const length = bytes.readInt32BE(at);
  if (length < 4 || length > longestMessage) throw new Error('Malformed message.');
  return length;
}

/** `I` idle, `T` in a transaction, `E` in a failed one; null when the answer does not end with ReadyForQuery. */
export function transactionStatus(answer: Uint8Array): 'I' | 'T' | 'E' | null {
  const [type, a, b, c, length, status] = answer.subarray(-6);
  if (type !== 'Z'.charCodeAt(0) || a !== 0 || b !== 0 || c !== 0 || length !== 5) return null;
  const name = String.fromCharCode(status ?? 0);
  return name === 'I' || name === 'T' || name === 'E' ? name : null;
}

/** What Postgres said last, if the answer tells that it gave up; such an answer ends without ReadyForQuery. */
export function panicOf(answer: Uint8Array): string | null {
  if (transactionStatus(answer) !== null) return null;
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  for (let at = 0; at + 5 <= bytes.length; at += 1 + messageLength(bytes, at + 1)) {
    if (bytes[at] !== errorResponse) continue;
    const fields = bytes.toString('utf8', at + 5, at + 1 + messageLength(bytes, at + 1)).split('\0');
    if (fields.includes('VPANIC')) return fields.find((field) => field.startsWith('M'))?.slice(1) ?? '';
  }
  return null;
}
