import { type Context, Hono } from 'hono';
import type { Analyses } from '#lib/jobs/analyses.ts';
import { newAnalyses } from '#lib/wire/analysis.ts';
import { analysisEvents } from './analysis-events.ts';
import { eventStream } from './analysis-stream.ts';
import type { BodyEnv } from './body.ts';
import { jsonBody } from './json-body.ts';
import { methodNotAllowed, problemBody } from './problem.ts';
import { streamHeaders } from './stream-headers.ts';

export interface AnalysisRoutesParts {
  analyses: Analyses;
  /** Who asks. @throws Refusal `unauthorized` */
  userIdOf: (c: Context) => Promise<string>;
}

/** The longest text, also where JSON needs six characters for one. */
const MOST_BYTES = 2 * 1024 * 1024;

/** See wire/analysis.ts. */
export function createAnalysisRoutes({ analyses, userIdOf }: AnalysisRoutesParts): Hono<BodyEnv> {
  const routes = new Hono<BodyEnv>();
  routes.post('/', async (c) => {
    const leaving = new AbortController();
    const gone = () => leaving.abort();
    // From the first moment on: who hangs up while a chat is read closes no second time.
    c.env.outgoing.once('close', gone);
    const userId = await userIdOf(c);
    const wanted = await jsonBody(c.req.raw, newAnalyses, MOST_BYTES);
    const run = await analyses.start(userId, wanted, leaving.signal);
    const stuck = () => {
      gone();
      c.env.outgoing.destroy();
    };
    return c.body(eventStream(analysisEvents(run, leaving.signal), { gone, stuck }), 200, streamHeaders);
  });
  routes.all('/', (c) => {
    const problem = methodNotAllowed('POST');
    return c.json(problemBody(problem), problem.status, problem.headers);
  });
  return routes;
}
