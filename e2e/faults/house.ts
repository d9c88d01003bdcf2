import { FaultProxy } from '../fault-proxy.ts';
import { Upstream } from '../upstream.ts';
import { Weir, type WeirOptions } from '../weir.ts';

/** One server with its upstream, and a proxy between it and whoever wants to be cut off: `e2e/world.ts` without browsers. */
export interface House {
  readonly weir: Weir;
  readonly upstream: Upstream;
  /** On the way to the server; `proxy.url` is an origin that it serves. */
  readonly proxy: FaultProxy;
  close(): Promise<void>;
}

/** What no option says: eight calls at once, no titles, a drain of 20 s. */
export async function openHouse(options: Partial<Omit<WeirOptions, 'origins'>> = {}): Promise<House> {
  const [upstream, proxy] = await Promise.all([Upstream.start(), FaultProxy.start()]);
  const weir = await Weir.start({
    upstreamUrl: upstream.baseUrl,
    maxUpstream: 8,
    maxWaitingPerUser: 1_000,
    titles: false,
    drainSeconds: 20,
    origins: [proxy.url],
    ...options,
  });
  proxy.target = weir.port;
  const close = async () => {
    await proxy.stop();
    await weir.discard();
    await upstream.stop();
  };
  return { weir, upstream, proxy, close };
}
