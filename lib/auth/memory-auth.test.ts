import { authContract } from './auth.contract.ts';
import { type MemoryAuth, memoryAuth } from './memory-auth.ts';

authContract('memoryAuth', async () => {
  const opened: MemoryAuth[] = [];
  return {
    open(options) {
      const auth = memoryAuth(options);
      opened.push(auth);
      return auth;
    },
    async setAway(away) {
      for (const auth of opened) auth.setAway(away);
    },
    async age(ms) {
      for (const auth of opened) auth.age(ms);
    },
    async close() {
      opened.length = 0;
    },
  };
});
