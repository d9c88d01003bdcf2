/** Where an item stands in its queue. */
export interface Link<T> {
  readonly item: T;
  before: Link<T> | undefined;
  after: Link<T> | undefined;
  standing: boolean;
}

/** First in, first out, where any item may also leave from the middle. Every step is O(1). */
export class Fifo<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first?.item;
  }

  push(item: T): Link<T> {
    const link: Link<T> = { item, before: this.#last, after: undefined, standing: true };
    if (this.#last) this.#last.after = link;
    else this.#first = link;
    this.#last = link;
    this.#size += 1;
    return link;
  }

  shift(): T | undefined {
    const link = this.#first;
    if (link) this.remove(link);
    return link?.item;
  }

  /** Takes out an item of this queue, once: false when it has left already. */
  remove(link: Link<T>): boolean {
    if (!link.standing) return false;
    link.standing = false;
    if (link.before) link.before.after = link.after;
    else this.#first = link.after;
    if (link.after) link.after.before = link.before;
    else this.#last = link.before;
    this.#size -= 1;
    return true;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let link = this.#first; link; link = link.after) yield link.item;
  }
}
