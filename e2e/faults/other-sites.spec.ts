import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Response } from '@playwright/test';
import { Tab } from '../chat.ts';
import { newMark, paced, words } from '../script.ts';
import { expect, test } from '../world.ts';
import { EvilOrigin } from './evil-origin.ts';
import { expectSound } from './invariants.ts';

/** A profile whose pages may go to other sites, which those of `person` may not. */
async function victim(
  browser: Browser,
  url: string,
): Promise<{ context: BrowserContext; tab: Tab; who(): Promise<string> }> {
  const context = await browser.newContext({ baseURL: url });
  const tab = new Tab(await context.newPage());
  await tab.open(url);
  const who = () =>
    tab.page.evaluate(async () => {
      const response = await fetch('/api/session', { method: 'POST' });
      return ((await response.json()) as { userId: string }).userId;
    });
  return { context, tab, who };
}

/**
 * Headers as they went over the wire come to the browser's debugger apart from their response, and for one that nobody waits
 * for any more (a beacon, a frame that has gone) sometimes never.
 */
const soon = <T>(raw: Promise<T>, known: T): Promise<T> =>
  Promise.race([raw, sleep(5_000).then(() => known)]);

test.describe('another site', () => {
  let evil: EvilOrigin;
  test.beforeAll(async () => {
    evil = await EvilOrigin.start();
  });
  test.afterAll(() => evil.stop());
  const sites = ['sameSite', 'crossSite'] as const;

  for (const site of sites) {
    test(`[F132] [R9] opens no socket with the cookie of a visitor (${site})`, async ({ browser, house }) => {
      const { weir } = house;
      const { context, who } = await victim(browser, weir.url);
      const before = await who();
      evil.page('/socket', '<!doctype html>');
      const page = await context.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      await page.goto(`${evil[site]}/socket`);
      const tried = await page.evaluate(
        (ports) =>
          Promise.all(
            ['localhost', '127.0.0.1'].map(
              (host) =>
                new Promise<string>((resolve) => {
                  const socket = new WebSocket(`ws://${host}:${ports}/ws`);
                  socket.onopen = () => resolve('open');
                  socket.onmessage = () => resolve('message');
                  socket.onclose = ({ code }) => resolve(`closed ${code}`);
                }),
            ),
          ),
        weir.port,
      );
      expect(tried).toEqual(['closed 1006', 'closed 1006']);
      const refusals = () => said.filter((line) => /Unexpected response code: 403/.test(line));
      await expect.poll(refusals).toHaveLength(2);
      expect(await who()).toBe(before);
      await context.close();
      await expectSound(house);
    });

    test(`[F134] [H3] [H4] [H14] changes nothing with the cookie of a visitor, in any way that a page has (${site})`, async ({
      browser,
      house,
    }) => {
      const { weir } = house;
      const { context, tab, who } = await victim(browser, weir.url);
      const mark = newMark();
      await tab.send(`${mark} ${paced({ n: 3, mark })}`);
      await tab.expectReply(words(3, mark));
      const before = await who();
      const answers: Response[] = [];
      context.on('response', (response) => {
        if (response.url().startsWith(weir.url) && response.frame().page() !== tab.page)
          answers.push(response);
      });
      evil.page('/forge', forgery(weir.url));
      const page = await context.newPage();
      await page.goto(`${evil[site]}/forge`);
      await expect.poll(() => page.title(), { timeout: 30_000 }).toBe('done');
      // Frames and beacons answer to nobody.
      await expect.poll(() => answers.filter(isChange).length).toBeGreaterThanOrEqual(10);
      for (const response of answers) {
        const request = response.request();
        const what = `${request.method()} ${request.url()}`;
        const headers = await soon(response.allHeaders(), response.headers());
        if (isChange(response)) expect([403, 405, 404], what).toContain(response.status());
        expect(headers['set-cookie'], what).toBeUndefined();
        expect(headers['access-control-allow-origin'], what).toBeUndefined();
      }
      // That half of it was tried with the cookie at all.
      const cookies = await Promise.all(
        answers.filter(isChange).map((one) => soon(one.request().headerValue('cookie'), null)),
      );
      expect(cookies.some((cookie) => cookie !== null)).toBe(site === 'sameSite');
      expect(await who()).toBe(before);
      await tab.page.reload();
      await tab.expectReply(words(3, mark));
      await context.close();
      await expectSound({ ...house, marks: [mark] });
    });

    test(`[F148] [H10] cannot frame us, hold on to our window or speak to it (${site})`, async ({
      browser,
      house,
    }) => {
      const { weir } = house;
      const { context } = await victim(browser, weir.url);
      evil.page(
        '/frame',
        `<!doctype html><iframe src="${weir.url}/"></iframe><a id="open" target="weir" href="${weir.url}/">x</a>`,
      );
      const page = await context.newPage();
      await page.goto(`${evil[site]}/frame`);
      await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
      const popup = context.waitForEvent('page');
      await page.evaluate((to) => {
        const opened = window.open(to);
        Object.assign(window, { opened });
        setInterval(() => opened?.postMessage([{ type: 'chat-gone', chatId: 'x' }, '<script>'], '*'), 50);
      }, weir.url);
      const opened = new Tab(await popup);
      await opened.expectConnected();
      expect(await opened.page.evaluate(() => window.opener)).toBeNull();
      const handle = await page.evaluate(() => {
        const { opened: held } = window as unknown as { opened: Window };
        return { closed: held.closed, frames: held.length };
      });
      expect(handle).toEqual({ closed: true, frames: 0 });
      // Also a message that does arrive is no word of ours.
      // The last thing that comes by itself.
      await expect(opened.page.getByRole('button', { name: /^Coffee shop/ })).toBeVisible();
      const shown = await opened.visibleText();
      await opened.page.evaluate(() => {
        for (const data of [
          '[{"type":"bye","afterMs":0}]',
          { type: 'welcome' },
          { type: 'webpackHotUpdate' },
        ])
          window.dispatchEvent(new MessageEvent('message', { data, origin: 'http://evil.example' }));
      });
      expect(await opened.visibleText()).toBe(shown);
      await context.close();
      await expectSound(house);
    });
  }
});

const isChange = (response: Response) => !['GET', 'HEAD'].includes(response.request().method());

/** A page that tries everything that needs no permission, at every door, and says `done` in its title. */
function forgery(url: string): string {
  const types = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
  const paths = ['/api/session', '/', '/flow', '/api/none'];
  const forms = paths.flatMap((path) =>
    types.map(
      (type, at) =>
        `<iframe name="f${path}${at}"></iframe><form target="f${path}${at}" method="post" action="${url}${path}" enctype="${type}"><input name='{"userId":"x","pad":"' value='"}'></form>`,
    ),
  );
  const boxed = `<form method=post action=${url}/api/session></form><script>fetch("${url}/api/session",{method:"POST",mode:"no-cors",credentials:"include"});document.forms[0].submit()</script>`;
  return `<!doctype html>${forms.join('')}
<iframe sandbox="allow-scripts allow-forms" srcdoc='${boxed}'></iframe>
<img src="${url}/api/session"><img src="${url}/api/session?_method=DELETE"><link rel="stylesheet" href="${url}/readyz">
<script type="module">
  for (const form of document.forms) form.submit();
  const to = (path, init) => fetch('${url}' + path, { credentials: 'include', ...init }).then((r) => r.type, (e) => 'refused');
  const quiet = { method: 'POST', mode: 'no-cors' };
  await Promise.all([
    to('/api/session', { ...quiet, body: '{}' }),
    to('/api/session', { ...quiet, body: new Blob(['{}']) }),
    to('/api/session', { ...quiet, body: new Blob(['{}'], { type: 'text/plain' }) }),
    to('/api/session', { ...quiet, body: new URLSearchParams({ a: 'b' }) }),
    to('/api/session', { ...quiet, referrerPolicy: 'no-referrer' }),
    to('/', { ...quiet, body: new FormData() }),
    to('/api/session', { method: 'DELETE' }),
    to('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    to('/api/session', { mode: 'no-cors' }),
    to('/api/session', {}),
  ]);
  navigator.sendBeacon('${url}/api/session', '{}');
  navigator.sendBeacon('${url}/api/session', new Blob(['{}'], { type: 'text/plain' }));
  document.title = 'done';
</script>`;
}
