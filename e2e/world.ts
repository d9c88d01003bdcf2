import { type BrowserContext, type BrowserContextOptions, test as base, expect } from '@playwright/test';
import { Tab } from './chat.ts';
import { FaultProxy } from './fault-proxy.ts';
import { logFaults } from './faults/invariants.ts';
import { Upstream } from './upstream.ts';
import { PageWatch, serverAway } from './watch-pages.ts';
import { canaries, Weir } from './weir.ts';

export { expect };

export interface HouseOptions {
  readonly maxUpstream: number;
  readonly maxWaitingPerUser: number;
  readonly titles: boolean;
  readonly drainSeconds: number;
  /** False: nothing is configured, the demo upstream answers. */
  readonly configured: boolean;
}

/** One server with its upstream, and the way between it and the browsers. One per worker and set of options. */
export interface House {
  readonly upstream: Upstream;
  readonly weir: Weir;
  readonly proxy: FaultProxy;
}

/** One browser profile: one guest. */
export interface Person {
  readonly context: BrowserContext;
  /** A new tab at `path`, connected. Given a proxy's url it goes that way. */
  open(path?: string, by?: string): Promise<Tab>;
}

export type NewPerson = (options?: BrowserContextOptions) => Promise<Person>;

export interface World {
  /** Somebody new, that is: a profile without cookies. */
  person: NewPerson;
  /** The pages of this test; the same for all persons. */
  watch: PageWatch;
  /** From here on the server or the network may be away. */
  expectAway: () => void;
}

const usual: HouseOptions = {
  maxUpstream: 8,
  maxWaitingPerUser: 1_000,
  titles: false,
  drainSeconds: 20,
  configured: true,
};

export const test = base.extend<World, { house: House; houseOptions: HouseOptions }>({
  houseOptions: [usual, { scope: 'worker', option: true }],

  house: [
    async ({ houseOptions }, use) => {
      const [upstream, proxy] = await Promise.all([Upstream.start(), FaultProxy.start()]);
      const { configured, ...options } = houseOptions;
      const upstreamUrl = configured ? upstream.baseUrl : null;
      const weir = await Weir.start({ ...options, upstreamUrl, origins: [proxy.url] });
      proxy.target = weir.port;
      await use({ upstream, weir, proxy });
      await proxy.stop();
      await weir.discard();
      await upstream.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  watch: async ({ house }, use) => {
    const watch = new PageWatch([house.weir.url, house.proxy.url]);
    await use(watch);
    expect(watch.faults(), 'what the pages must not do').toEqual([]);
  },

  person: async ({ browser, house, watch }, use, info) => {
    const contexts: BrowserContext[] = [];
    await house.upstream.reset();
    await use(async (options) => {
      const context = await browser.newContext({ baseURL: house.weir.url, ...options });
      contexts.push(context);
      watch.over(context);
      const open = async (path = '/', by = house.weir.url) => {
        const tab = new Tab(await context.newPage());
        await tab.open(by + path);
        return tab;
      };
      return { context, open };
    });
    for (const context of contexts) await context.close();
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: house.weir.logs() });
    expectQuiet(house.weir);
  },

  expectAway: async ({ watch }, use) => {
    await use(() => watch.allowed.push(...serverAway));
  },
});

/** [I7, I9] The server lives, or ended because it was asked to; it printed no fault of its own and no secret. */
function expectQuiet(weir: Weir): void {
  expect(logFaults(weir), 'faults in the log').toEqual([]);
  for (const secret of canaries) expect(weir.logs()).not.toContain(secret);
}

/** Options for a whole spec file: `test.use(houseWith({ maxUpstream: 2 }))`. */
export function houseWith(options: Partial<HouseOptions>): { houseOptions: HouseOptions } {
  return { houseOptions: { ...usual, ...options } };
}
