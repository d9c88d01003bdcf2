import { randomUUID } from 'node:crypto';
import { apiKeysContract } from './api-keys.contract.ts';
import { memoryApiKeys } from './memory-api-keys.ts';

apiKeysContract('memory', async (now) => {
  const keys = memoryApiKeys({ now });
  return { keys, newUser: async () => randomUUID(), dump: async () => '', close: async () => undefined };
});
