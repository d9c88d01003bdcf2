/**
 * A binary heap, least first, that writes into each item where it sits, so that a changed or leaving item costs O(log n).
 * An item may be in several heaps, each with a field of its own; a field starts at -1, which says: not in the heap.
 */
export class Heap<Slot extends string, T extends Record<Slot, number>> {
  readonly #items: T[] = [];
  readonly #slot: Slot;
  readonly #before: (a: T, b: T) => boolean;

  constructor(slot: Slot, before: (a: T, b: T) => boolean) {
    this.#slot = slot;
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  /** In heap order: pushing these into another heap of the same order moves nothing. */
  values(): readonly T[] {
    return this.#items;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** To be called after the item's order has changed. */
  update(item: T): void {
    if (item[this.#slot] >= 0) this.#sink(item, this.#rise(item, item[this.#slot]));
  }

  delete(item: T): void {
    const place = item[this.#slot];
    const last = place >= 0 ? this.#items.pop() : undefined;
    if (last === undefined) return;
    this.#write(item, -1);
    if (last !== item) this.#sink(last, this.#rise(last, place));
  }

  #write(item: Record<Slot, number>, place: number): void {
    const slots: Record<string, number> = item;
    slots[this.#slot] = place;
  }

  #put(item: T, place: number): number {
    this.#items[place] = item;
    this.#write(item, place);
    return place;
  }

  #rise(item: T, from: number): number {
    let place = from;
    while (place > 0) {
      const up = (place - 1) >> 1;
      const parent = this.#items[up];
      if (parent === undefined || !this.#before(item, parent)) break;
      this.#put(parent, place);
      place = up;
    }
    return this.#put(item, place);
  }

  #sink(item: T, from: number): void {
    let place = from;
    for (;;) {
      const down = this.#lesserChild(place);
      const child = this.#items[down];
      if (child === undefined || !this.#before(child, item)) break;
      this.#put(child, place);
      place = down;
    }
    this.#put(item, place);
  }

  #lesserChild(place: number): number {
    const left = this.#items[2 * place + 1];
    const right = this.#items[2 * place + 2];
    const rightIsLess = left !== undefined && right !== undefined && this.#before(right, left);
    return rightIsLess ? 2 * place + 2 : 2 * place + 1;
  }
}
