import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy } from './fault-proxy.ts';
import { furnish, type Noted, noted, release } from './tool-place.ts';
import { Upstream } from './upstream.ts';
import { Weir } from './weir.ts';
import { expect, test as usual } from './world.ts';

export { expect };

interface Notes {
  /** Calls of this tool that the server of tools has answered, in the order of their ends; what was stopped may end later. */
  noted: (name: string) => Promise<Noted[]>;
  /** Lets the calls of `test__held` with this key end. */
  release: (key: string) => Promise<void>;
}

/** A house whose `weir.config.json` names a server of tools, and one that is not there. */
export const test = usual.extend<object, Notes & { place: string }>({
  place: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const place = await mkdtemp(join(tmpdir(), 'weir-tools-'));
      await use(place);
      await rm(place, { recursive: true });
    },
    { scope: 'worker' },
  ],

  noted: [
    async ({ place }, use) => use(async (name) => (await noted(place)).filter((call) => call.name === name)),
    { scope: 'worker' },
  ],
  release: [async ({ place }, use) => use((key) => release(place, key)), { scope: 'worker' }],

  house: [
    async ({ place }, use) => {
      await furnish(place);
      const [upstream, proxy] = await Promise.all([Upstream.start(), FaultProxy.start()]);
      const weir = await Weir.start({
        upstreamUrl: upstream.baseUrl,
        maxUpstream: 4,
        maxWaitingPerUser: 100,
        titles: false,
        drainSeconds: 5,
        origins: [proxy.url],
        cwd: place,
      });
      proxy.target = weir.port;
      await use({ upstream, proxy, weir });
      await proxy.stop();
      await weir.discard();
      await upstream.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});
