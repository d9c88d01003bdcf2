import { describe, expect, it } from 'vitest';
import { type EmbeddingModel, UpstreamFailure } from './model.ts';

/** An implementation of the port with a way to make it fail. */
export interface EmbeddingStage {
  readonly model: EmbeddingModel;
  /** A text that the upstream refuses. */
  readonly bad: string;
  /** A text that is never answered. */
  readonly hang: string;
  /** Calls open at the upstream. */
  open(): number;
}

const never = () => new AbortController().signal;

/** What every implementation of `EmbeddingModel` promises. */
export function embeddingContract(name: string, stage: () => EmbeddingStage): void {
  describe(`${name} as a maker of vectors`, () => {
    it('[U51] gives one vector for each text, in order, the same every time', async () => {
      const { model } = stage();
      const { vectors, usage } = await model.embed({ inputs: ['a car', 'rain', 'a car'] }, never());
      expect(vectors).toHaveLength(3);
      expect(vectors[0]).toEqual(vectors[2]);
      expect(vectors[0]).not.toEqual(vectors[1]);
      expect(usage?.tokensIn).toBeGreaterThan(0);
    });

    it('[U51] makes them as long as asked', async () => {
      const { vectors } = await stage().model.embed({ inputs: ['one', 'two'], dimensions: 16 }, never());
      expect(vectors.map((vector) => vector.length)).toEqual([16, 16]);
    });

    it('[U51] puts a paraphrase nearer than something else', async () => {
      const inputs = ['How do I fix my car?', 'Repairing an automobile', 'A recipe for tomato soup'];
      const { vectors } = await stage().model.embed({ inputs }, never());
      const [query, paraphrase, other] = vectors;
      expect(likeness(query, paraphrase)).toBeGreaterThan(likeness(query, other) + 0.3);
    });

    it('[U51] one text that is refused makes the call fail', async () => {
      const { model, bad } = stage();
      await expect(model.embed({ inputs: ['fine', bad] }, never())).rejects.toBeInstanceOf(UpstreamFailure);
    });

    it('[U15] an abort rejects with its reason and closes the call', async () => {
      const { model, hang, open } = stage();
      const controller = new AbortController();
      const reason = new Error('not wanted any more');
      const vectors = model.embed({ inputs: [hang] }, controller.signal);
      setTimeout(() => controller.abort(reason), 50);
      await expect(vectors).rejects.toBe(reason);
      await expect.poll(open).toBe(0);
    });

    it('[U15] a signal that has aborted makes no call', async () => {
      const { model, open } = stage();
      const reason = new Error('stopped before');
      await expect(model.embed({ inputs: ['x'] }, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(open()).toBe(0);
    });
  });
}

function likeness(one: Iterable<number> = [], other: ArrayLike<number> = []): number {
  return [...one].reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}
