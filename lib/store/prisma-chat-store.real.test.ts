import { describe, it } from 'vitest';
import { describeChatStore } from './chat-store-contract.ts';
import { openStore } from './prisma-store.ts';
import { createTestDatabase, createUser, findTestServer } from './test-database-fixture.ts';

const server = await findTestServer();

if (server === null) {
  describe.skip('server', () => {
    it('needs a Postgres server: set DATABASE_URL_TEST', () => undefined);
  });
} else {
  describeChatStore('server', async (now) => {
    const database = await createTestDatabase(server);
    const opened = await openStore({ databaseUrl: database.url, dataFolder: '', now });
    const close = async () => {
      await opened.close();
      await database.drop();
    };
    return { store: opened.store, newUser: () => createUser(opened), close };
  });
}
