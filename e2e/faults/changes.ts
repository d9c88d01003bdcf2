/** For those who wait until something of an object is true: told of each change, they look again. */
export class Changes {
  readonly #watchers = new Set<() => void>();

  happened(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** What `find` gives as soon as it gives something. Rejects after `withinMs` (40 s: the server's own limits are shorter). */
  until<T>(find: () => T | undefined, what: string, withinMs = 40_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#watchers.delete(look);
        clearTimeout(timer);
        act();
      };
      const look = () => {
        const found = find();
        if (found !== undefined) settle(() => resolve(found));
      };
      const timer = setTimeout(() => settle(() => reject(new Error(`too late: ${what}`))), withinMs);
      this.#watchers.add(look);
      look();
    });
  }
}
