import { randomUUID } from 'node:crypto';
import { emptyTables } from './memory/tables.ts';
import { memoryChatStore } from './memory-chat-store.ts';
import { memoryMessageSearch } from './memory-message-search.ts';
import { describeMessageSearch } from './message-search-contract.ts';

describeMessageSearch('memory', async (now) => {
  const tables = emptyTables();
  const store = memoryChatStore({ now, tables });
  const search = memoryMessageSearch(tables);
  return { store, search, newUser: async () => randomUUID(), close: async () => undefined };
});
