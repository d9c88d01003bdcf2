import type { KeyValue } from './key-value.ts';
import type { Locks } from './locks.ts';
import type { Pending } from './state.ts';

const PREFIX = 'weir.outbox.';

/**
 * Requests for answers, on disk until the server has them. Each tab writes a key of its own; a tab that starts takes
 * over what tabs that are gone have left. Their ids make a request that is sent twice count once.
 */
export class Outbox {
  readonly #storage: KeyValue;
  readonly #locks: Locks;
  readonly #key: string;

  /** @param tabId new for every page load */
  constructor(storage: KeyValue, locks: Locks, tabId: string) {
    this.#storage = storage;
    this.#locks = locks;
    this.#key = PREFIX + tabId;
  }

  /** Says that this tab lives. @returns says that it does not any more */
  open(): () => void {
    return this.#locks.hold(this.#key);
  }

  save(pendings: readonly Pending[]): void {
    const unsettled = pendings.filter((pending) => !pending.acked);
    if (unsettled.length === 0) this.#storage.remove(this.#key);
    else this.#storage.write(this.#key, JSON.stringify(unsettled));
  }

  /**
   * What tabs that are gone have left. `take` must save it under our key, while they are still there: a crash in between
   * leaves it twice rather than not at all.
   */
  async adopt(take: (pendings: Pending[]) => void): Promise<void> {
    for (const key of this.#storage.keys(PREFIX)) {
      if (key === this.#key) continue;
      await this.#locks.ifFree(key, () => {
        const left = parse(this.#storage.read(key));
        if (left.length > 0) take(left);
        this.#storage.remove(key);
      });
    }
  }
}

function parse(json: string | null): Pending[] {
  if (json === null) return [];
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter(isPending) : [];
  } catch (error) {
    // Half written by a browser that died: there is nothing in it to save.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

const TEXTS = ['requestId', 'chatId', 'messageId', 'replyId', 'generationId'] as const;

function isPending(value: unknown): value is Pending {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Partial<Pending>;
  const hasIds = TEXTS.every((key) => typeof entry[key] === 'string');
  if (!hasIds || typeof entry.createdAt !== 'number' || !isAlso(entry.also)) return false;
  if (entry.kind === 'send') return typeof entry.text === 'string' && typeof entry.model === 'string';
  return entry.kind === 'regenerate' || entry.kind === 'continue';
}

const ALSO = ['replyId', 'generationId', 'model'] as const;

function isAlso(value: unknown): boolean {
  if (value === undefined) return true;
  return (
    Array.isArray(value) && value.every((one) => ALSO.every((key) => typeof Object(one)[key] === 'string'))
  );
}
