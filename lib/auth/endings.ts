import type { EndedSession } from './auth.ts';

/** Those who want to hear of ended sessions. */
export interface Endings {
  onEnd(listener: (ended: EndedSession) => void): () => void;
  /** Tells every listener, also when one throws; then throws what they threw. */
  tell(ended: EndedSession): void;
}

export function endings(): Endings {
  const listeners = new Set<(ended: EndedSession) => void>();
  return {
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(ended) {
      const errors: unknown[] = [];
      for (const listener of [...listeners]) {
        try {
          listener(ended);
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, 'a listener failed on the end of a session');
    },
  };
}
