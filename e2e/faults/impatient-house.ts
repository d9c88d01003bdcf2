import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy } from '../fault-proxy.ts';
import { root } from '../place.ts';
import { Upstream } from '../upstream.ts';
import { Weir, type WeirOptions } from '../weir.ts';
import type { House } from './house.ts';

/**
 * How long the server waits for its upstream, in seconds: longer than a busy machine keeps a living process from its turn, or
 * answers that are well would count as stalled.
 */
const timeouts = { firstContentSeconds: 2, idleSeconds: 2 };

/** A house whose server is told, by a `weir.config.json` of its own, to wait two seconds where others wait a minute. */
export async function openImpatientHouse(options: Partial<WeirOptions> = {}): Promise<House> {
  const [upstream, proxy] = await Promise.all([Upstream.start(), FaultProxy.start()]);
  const cwd = await placeFor(upstream);
  const weir = await Weir.start({
    upstreamUrl: upstream.baseUrl,
    maxUpstream: 2,
    maxWaitingPerUser: 1_000,
    titles: false,
    drainSeconds: 20,
    origins: [proxy.url],
    cwd,
    ...options,
  });
  proxy.target = weir.port;
  const close = async () => {
    await proxy.stop();
    await weir.discard();
    await upstream.stop();
    await rm(cwd, { recursive: true, force: true });
  };
  return { weir, upstream, proxy, close };
}

async function placeFor({ baseUrl }: Upstream): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'weir-e2e-place-'));
  // The name that the same address has when it comes from the environment: so it takes its place.
  const described = { name: '127.0.0.1', baseUrl, keyVariable: 'OPENAI_API_KEY', timeouts };
  await writeFile(join(place, 'weir.config.json'), JSON.stringify({ upstreams: [described] }));
  await symlink(join(root, '.next'), join(place, '.next'), 'junction');
  return place;
}
