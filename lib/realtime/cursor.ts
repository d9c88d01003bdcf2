import type { LiveGeneration, Reader } from '#lib/generation/live-generation.ts';
import { encodeDelta } from '#lib/wire/codec.ts';

/** UTF-16 units in one delta: a giant answer is cut up, so that other events of the connection get a turn. */
const PIECE = 32 * 1024;

/** How far one connection has seen one running answer. */
export class Cursor implements Reader {
  readonly generation: LiveGeneration;
  /** Whether it waits for a flush already. */
  isDue = false;
  readonly #notify: (cursor: Cursor) => void;
  #text: number;
  #reasoning: number;

  constructor(
    generation: LiveGeneration,
    have: { text: number; reasoning: number },
    notify: (cursor: Cursor) => void,
  ) {
    this.generation = generation;
    this.#text = Math.min(have.text, generation.text.length);
    this.#reasoning = Math.min(have.reasoning, generation.reasoning.length);
    this.#notify = notify;
    generation.read(this);
  }

  get isAtHead(): boolean {
    return this.#text === this.generation.text.length && this.#reasoning === this.generation.reasoning.length;
  }

  grew(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.#notify(this);
  }

  /** The next unseen piece as an encoded delta; null at the head. */
  next(): string | null {
    const { id, text, reasoning } = this.generation;
    if (this.#reasoning < reasoning.length) {
      const at = this.#reasoning;
      const piece = reasoning.slice(at, pieceEnd(reasoning, at));
      this.#reasoning += piece.length;
      return encodeDelta(id, at, piece, true);
    }
    if (this.#text < text.length) {
      const at = this.#text;
      const piece = text.slice(at, pieceEnd(text, at));
      this.#text += piece.length;
      return encodeDelta(id, at, piece, false);
    }
    return null;
  }

  close(): void {
    this.generation.unread(this);
  }
}

/** Never between the halves of a surrogate pair. */
function pieceEnd(log: LiveGeneration['text'], at: number): number {
  const end = Math.min(at + PIECE, log.length);
  if (end === log.length) return end;
  const last = log.slice(end - 1, end).charCodeAt(0);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
