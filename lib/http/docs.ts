import { createHash } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import type { BodyEnv } from './body.ts';
import { docsPage, docsStyle } from './docs-page.ts';

const about = {
  openapi: '3.1.0',
  info: {
    title: 'Weir',
    version: '1',
    description:
      'The models behind this Weir in OpenAI’s shapes: the official SDKs work by changing the base URL. ' +
      'Every call takes its turn at the same gate as the chats of the key’s owner.',
  },
  servers: [{ url: '/' }],
  security: [{ key: [] }],
};

const style = createHash('sha256').update(docsStyle).digest('base64');
/** The page's own style and nothing else: no script runs here. */
const policy = `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; frame-ancestors 'none'`;

/** What is said of the routes of `api`, for programs and for people. Made when first asked for. @param origins ours */
export function createDocs(api: OpenAPIHono<BodyEnv>, origins: ReadonlySet<string>): Hono<BodyEnv> {
  const app = new Hono<BodyEnv>();
  let made: ReturnType<typeof api.getOpenAPI31Document> | null = null;
  const document = () => {
    made ??= documentOf(api);
    return made;
  };
  app.get('/openapi.json', (c) => c.json(document()));
  app.get('/docs', (c) => {
    return c.html(docsPage(document(), originFor(c.req.header('host'), origins)), 200, {
      'Content-Security-Policy': policy,
    });
  });
  return app;
}

/** Ours by which it was asked, else any of ours: what a request calls us is not repeated. */
function originFor(host: string | undefined, origins: ReadonlySet<string>): string {
  const all = [...origins];
  return all.find((origin) => new URL(origin).host === host) ?? all[0] ?? '';
}

function documentOf(api: OpenAPIHono<BodyEnv>) {
  api.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key made in Weir under Settings: `weir-…`.',
  });
  return api.getOpenAPI31Document(about);
}
