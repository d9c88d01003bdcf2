import type { TextSink } from './batch-item.ts';

/** What has come of an item in its stage; an answer that begins anew is another object. */
export interface Written {
  readonly stage: number;
  text: string;
}

/** Texts of the items that are being asked for, and who reads them. */
export class LiveTexts {
  readonly #texts = new Map<number, Written>();
  readonly #readers = new Map<number, Set<() => void>>();

  readonly text: TextSink = (index, stage, at, text) => {
    const known = this.#texts.get(index);
    if (known === undefined || at === 0) this.#texts.set(index, { stage, text });
    else known.text += text;
    this.#tell(index);
  };

  written(index: number): Written | null {
    return this.#texts.get(index) ?? null;
  }

  /** The item has passed a stage or ended. */
  moved(index: number): void {
    this.#texts.delete(index);
    this.#tell(index);
  }

  /** Calls back with every change. Returns the way to stop. */
  read(index: number, changed: () => void): () => void {
    const readers = this.#readers.get(index) ?? new Set();
    this.#readers.set(index, readers.add(changed));
    return () => {
      readers.delete(changed);
      if (readers.size === 0 && this.#readers.get(index) === readers) this.#readers.delete(index);
    };
  }

  /** The run is over: whoever reads on looks at the store. */
  close(): void {
    this.#texts.clear();
    for (const index of this.#readers.keys()) this.#tell(index);
    this.#readers.clear();
  }

  #tell(index: number): void {
    for (const changed of this.#readers.get(index) ?? []) changed();
  }
}
