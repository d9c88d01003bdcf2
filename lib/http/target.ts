/**
 * The path of a request line, or null for one that no browser sends to its own server: a whole URL
 * (`GET http://127.0.0.1:5432/`), `//host/`, or a backslash, each of which something behind us could take for another
 * server. Used for plain requests and for upgrades.
 */
export function pathOf(target: string | undefined): string | null {
  if (!target?.startsWith('/') || target.startsWith('//') || target.includes('\\')) return null;
  return target.split(/[?#]/, 1)[0] ?? null;
}

export type Route = 'api' | 'static' | 'page' | 'devtools' | 'refused';

/** Who answers that path. `devtools` is what Next's error overlay asks for, in development only. */
export function routeOf(path: string, development: boolean): Route {
  if (['/healthz', '/readyz', '/metrics'].includes(path)) return 'api';
  if (['/api', '/v1'].some((start) => path === start || path.startsWith(`${start}/`))) return 'api';
  // The image optimiser fetches and decodes what a visitor names; nothing of ours needs it.
  if (path === '/_next/image' || path.startsWith('/_next/image/')) return 'refused';
  if (path.startsWith('/_next/static/')) return 'static';
  const ofDevelopment = path.startsWith('/__nextjs') || path.startsWith('/_next/');
  return development && ofDevelopment ? 'devtools' : 'page';
}
