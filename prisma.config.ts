import { defineConfig } from 'prisma/config';

// Only the Prisma CLI reads this. Weir itself applies migrations at start and takes its database from lib/config.ts.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
});
