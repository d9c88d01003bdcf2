/** How much may gather in front before it is folded into the base; slices near the head stay this cheap. */
const FOLD_AT = 4096;

/**
 * The one text of an answer: grows at the end, is read from any offset (UTF-16 units).
 *
 * Always well-formed and free of NUL, so that what viewers see is what the database can store: half a surrogate pair is
 * held back until its other half arrives, and what can not be stored becomes U+FFFD.
 */
export class TextLog {
  #base: string;
  #recent = '';
  #half = '';

  constructor(base = '') {
    this.#base = base;
  }

  get length(): number {
    return this.#base.length + this.#recent.length;
  }

  /** True when there is something new to read. */
  append(delta: string): boolean {
    const text = this.#whole(this.#half + delta);
    if (text === '') return false;
    this.#recent += text;
    if (this.#recent.length > FOLD_AT) this.#fold();
    return true;
  }

  /** The text from `offset` to the head. */
  slice(offset: number, end = this.length): string {
    const inRecent = offset - this.#base.length;
    if (inRecent >= 0) return this.#recent.slice(inRecent, end - this.#base.length);
    this.#fold();
    return this.#base.slice(offset, end);
  }

  toString(): string {
    this.#fold();
    return this.#base;
  }

  /** No more is coming: half a pair that still waits is half for ever. */
  close(): void {
    if (this.#half === '') return;
    this.#half = '';
    this.#recent += '\ufffd';
  }

  #fold(): void {
    if (this.#recent === '') return;
    this.#base += this.#recent;
    this.#recent = '';
  }

  #whole(text: string): string {
    const last = text.charCodeAt(text.length - 1);
    const isHalf = last >= 0xd800 && last <= 0xdbff;
    this.#half = isHalf ? text.slice(-1) : '';
    const rest = isHalf ? text.slice(0, -1) : text;
    const storable = rest.includes('\0') ? rest.replaceAll('\0', '\ufffd') : rest;
    return storable.isWellFormed() ? storable : storable.toWellFormed();
  }
}
