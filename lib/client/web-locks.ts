import type { Locks } from './locks.ts';

/**
 * Locks of the browser. Where it has none (plain http on another machine) every tab thinks it is alone: requests may
 * then be sent by two tabs, which their ids make harmless.
 */
export function webLocks(find = (): LockManager | undefined => globalThis.navigator?.locks): Locks {
  const manager = find();
  if (manager === undefined) return alone;
  return {
    hold(name) {
      const free = Promise.withResolvers<void>();
      const given = new AbortController();
      manager
        .request(name, { signal: given.signal }, () => free.promise)
        .catch((error: unknown) => {
          if (!given.signal.aborted) throw error;
        });
      return () => {
        free.resolve();
        given.abort();
      };
    },
    async ifFree(name, task) {
      return manager.request(name, { ifAvailable: true }, (lock) => {
        if (lock !== null) task();
        return lock !== null;
      });
    },
    inTurn: async (name, task) => manager.request(name, task),
  };
}

const alone: Locks = {
  hold: () => () => undefined,
  async ifFree(_name, task) {
    task();
    return true;
  },
  inTurn: (_name, task) => task(),
};
