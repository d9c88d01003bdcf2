import { script } from '../script.ts';
import { expect, test } from '../world.ts';
import { BeaconTrap } from './beacon-trap.ts';
import { hostileMarkdown } from './hostile-markdown.ts';

/** Makes the scripted upstream say `text`. */
const say = (text: string) => `${script('echo', { d: 0 })}\n${text}`;

test.describe('hostile text in the app', () => {
  let trap: BeaconTrap;
  test.beforeAll(async () => {
    trap = await BeaconTrap.start();
  });
  test.afterAll(() => trap.stop());

  for (const bypassCSP of [false, true]) {
    test(`[F139] [F144] [F145] runs nothing and loads nothing: as an answer, a question, a title, a model, a refusal, with the content policy ${bypassCSP ? 'off' : 'on'}`, async ({
      person,
    }) => {
      const { context, open } = await person({ bypassCSP });
      await context.addInitScript(() => {
        const counted = window as unknown as { hits: number; hit(): void };
        counted.hits = 0;
        counted.hit = () => {
          counted.hits += 1;
        };
      });
      // Names that no model and no server of ours has, in every place where one is shown.
      const name = '<img src=x onerror=hit()>"\'><svg onload=hit()>[x](javascript:hit())';
      await context.routeWebSocket(/\/ws$/, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((frame) => server.send(frame));
        server.onMessage((frame) => {
          socket.send(
            String(frame).replaceAll(
              /"(label|title|message|upstream)":"(?:[^"\\]|\\.)*"/g,
              (_all, field: string) => `"${field}":${JSON.stringify(name)}`,
            ),
          );
        });
      });
      const tab = await open();
      const texts = hostileMarkdown(trap.url);
      await tab.send(say(`${texts.join('\n\n')}\n\nthe end`));
      await tab.expectEnded();
      await expect(tab.chats).toContainText('<img src=x onerror=hit()>');
      // A few alone: what one leaves open hides what follows it.
      for (const at of [30, 60, 90, 120, 150]) {
        await tab.send(
          say(
            texts
              .slice(at, at + 6)
              .reverse()
              .join('\n\n'),
          ),
        );
        await tab.expectEnded();
      }
      await tab.page.keyboard.press('Control+k');
      // Titles of chats are among the commands.
      await expect(tab.page.getByRole('option').filter({ hasText: '<img src=x' }).first()).toBeVisible();
      await tab.page.keyboard.press('Escape');
      await tab.page.reload();
      await tab.expectEnded();
      expect(await tab.page.evaluate(() => (window as unknown as { hits: number }).hits)).toBe(0);
      const bad = tab.page.locator(
        'main :is(img, script, iframe, object, embed, style, link, meta, base, form:has(button[formaction]), video, audio, [onerror], [onload], [onclick], [onfocus], [srcdoc], [src], a[href^="javascript" i])',
      );
      expect(await bad.evaluateAll((found) => found.map((one) => one.outerHTML))).toEqual([]);
      expect(trap.connections).toBe(0);
    });
  }
});
