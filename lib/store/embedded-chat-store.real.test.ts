import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeChatStore } from './chat-store-contract.ts';
import { openStore } from './prisma-store.ts';
import { createUser } from './test-database-fixture.ts';

describeChatStore('embedded', async (now) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const opened = await openStore({ databaseUrl: null, dataFolder, now });
  const close = async () => {
    await opened.close();
    await rm(dataFolder, { recursive: true });
  };
  return { store: opened.store, newUser: () => createUser(opened), close };
});
