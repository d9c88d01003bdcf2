import type { KeyValue } from './key-value.ts';

/** localStorage, which browsers may block altogether, fill up or take away in the middle. */
export function browserStorage(storage: () => Storage = () => window.localStorage): KeyValue {
  const unsaved = new Map<string, string>();
  return {
    read: (key) => unsaved.get(key) ?? attempt(() => storage().getItem(key), null),
    write(key, value) {
      unsaved.delete(key);
      const isSaved = attempt(() => {
        storage().setItem(key, value);
        return true;
      }, false);
      if (!isSaved) {
        unsaved.set(key, value);
        // An older value must not come back after a reload.
        attempt(() => storage().removeItem(key), undefined);
      }
      return isSaved;
    },
    remove(key) {
      unsaved.delete(key);
      attempt(() => storage().removeItem(key), undefined);
    },
    keys(prefix) {
      const saved = attempt(() => Object.keys(storage()), []);
      return [...new Set([...saved, ...unsaved.keys()])].filter((key) => key.startsWith(prefix));
    },
  };
}

function attempt<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof DOMException || error instanceof ReferenceError) return otherwise;
    throw error;
  }
}
