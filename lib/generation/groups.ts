/** Things by a key of theirs; empty groups do not stay behind. */
export class Groups<T> {
  readonly #groups = new Map<string, Set<T>>();

  add(key: string, item: T): void {
    const group = this.#groups.get(key);
    if (group) group.add(item);
    else this.#groups.set(key, new Set([item]));
  }

  delete(key: string, item: T): void {
    const group = this.#groups.get(key);
    if (group?.delete(item) && group.size === 0) this.#groups.delete(key);
  }

  of(key: string): ReadonlySet<T> {
    return this.#groups.get(key) ?? NONE;
  }

  get size(): number {
    return this.#groups.size;
  }
}

const NONE: ReadonlySet<never> = new Set();
