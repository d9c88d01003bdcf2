import type { TextSink } from './batch-item.ts';

/** What somebody who reads an item as it comes is told. */
export interface ItemReader {
  text(stage: number, at: number, text: string): void;
  /** The item has passed a stage or ended. */
  moved(): void;
}

interface Written {
  stage: number;
  text: string;
}

/** Texts of the items that are being asked for, and who reads them. */
export class LiveTexts {
  readonly #texts = new Map<number, Written>();
  readonly #readers = new Map<number, Set<ItemReader>>();

  readonly text: TextSink = (index, stage, at, text) => {
    const known = this.#texts.get(index);
    if (known === undefined || at === 0) this.#texts.set(index, { stage, text });
    else known.text += text;
    for (const reader of this.#readers.get(index) ?? []) reader.text(stage, at, text);
  };

  moved(index: number): void {
    this.#texts.delete(index);
    for (const reader of this.#readers.get(index) ?? []) reader.moved();
  }

  /** Tells first what there is. Returns the way to stop. */
  read(index: number, reader: ItemReader): () => void {
    const readers = this.#readers.get(index) ?? new Set();
    this.#readers.set(index, readers.add(reader));
    const known = this.#texts.get(index);
    if (known !== undefined) reader.text(known.stage, 0, known.text);
    return () => {
      readers.delete(reader);
      if (readers.size === 0 && this.#readers.get(index) === readers) this.#readers.delete(index);
    };
  }

  /** The run is over: whoever reads on looks at the store. */
  close(): void {
    this.#texts.clear();
    for (const readers of this.#readers.values()) for (const reader of readers) reader.moved();
    this.#readers.clear();
  }
}
