import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryApiKeys } from '#lib/auth/memory-api-keys.ts';
import { memoryAuth } from '#lib/auth/memory-auth.ts';
import { createAnalysisRoutes } from '#lib/http/analyses.ts';
import { createApi } from '#lib/http/api.ts';
import { createBatchRoutes } from '#lib/http/batches.ts';
import { createSearchRoutes } from '#lib/http/search.ts';
import { createBatches } from '#lib/http/v1/batches.ts';
import { createFiles } from '#lib/http/v1/files.ts';
import { v1World } from '#lib/http/v1/v1-fixture.ts';
import { analysing } from '#lib/jobs/analysis-fixture.ts';
import { works } from '#lib/jobs/batch-fixture.ts';
import { searching } from '#lib/jobs/search-fixture.ts';
import { memoryLog } from '#lib/telemetry/memory-log.ts';
import { root } from '../place.ts';

/** Every route of the API as `GET /path`, and every page as `PAGE /path`, sorted. */
export function allRoutes(): string[] {
  const { batches, store, files } = works();
  const parts = { batches, store, files, newId: randomUUID, draining: () => false };
  const { v1, close } = v1World({ also: [createFiles(parts), createBatches(parts)] });
  const { analyses, close: closeAnalyses } = analysing();
  const { searcher: search, close: closeSearch } = searching();
  close();
  closeSearch();
  closeAnalyses();
  const api = createApi({
    v1,
    analyses: createAnalysisRoutes({ analyses, userIdOf: async () => '' }),
    batches: createBatchRoutes({ batches, userIdOf: async () => '', draining: () => false }),
    search: createSearchRoutes({ search, userIdOf: async () => '', clock: () => 0 }),
    keys: memoryApiKeys(),
    auth: memoryAuth(),
    log: memoryLog(),
    origins: new Set(),
    pingStore: () => Promise.resolve(),
    draining: () => false,
  });
  const manifest = readFileSync(join(root, '.next/app-path-routes-manifest.json'), 'utf8');
  const pages = Object.values(JSON.parse(manifest) as Record<string, string>);
  return [
    ...new Set([
      ...api.routes.map(({ method, path }) => `${method} ${path}`),
      ...pages.map((page) => `PAGE ${page}`),
    ]),
  ].sort();
}
