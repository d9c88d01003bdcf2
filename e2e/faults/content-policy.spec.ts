import { randomUUID } from 'node:crypto';
import { newMark, script } from '../script.ts';
import { expect, test } from '../world.ts';
import { ask } from './ask.ts';
import { expectSound } from './invariants.ts';

/** Makes the scripted upstream say `text`. */
const say = (text: string) => `${script('echo', { d: 0 })}\n${text}`;

test.describe('the content policy', () => {
  test('[F136] [H11] is on every answer, strict where there are scripts, with a nonce of its own', async ({
    house,
  }) => {
    const { port } = house.weir;
    const nonces = [];
    for (const path of ['/', '/', `/c/${randomUUID()}`, '/flow', '/nope']) {
      const { headers, body } = await ask(port, 'GET', path);
      const policy = new Map(
        String(headers['content-security-policy'])
          .split('; ')
          .map((line) => [line.split(' ', 1)[0] ?? '', line.split(' ').slice(1)]),
      );
      const [self, nonce = '', dynamic, ...more] = policy.get('script-src') ?? [];
      expect([self, dynamic, more], path).toEqual(["'self'", "'strict-dynamic'", []]);
      nonces.push(nonce);
      for (const name of ['object-src', 'base-uri', 'frame-ancestors'])
        expect(policy.get(name)).toEqual(["'none'"]);
      for (const name of ['default-src', 'connect-src', 'form-action'])
        expect(policy.get(name)).toEqual(["'self'"]);
      expect(policy.get('img-src')?.filter((source) => !["'self'", 'data:'].includes(source))).toEqual([]);
      const value = /'nonce-(.+)'/.exec(nonce)?.[1] ?? 'none';
      const scripts = body.match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length, path).toBeGreaterThan(1);
      for (const tag of scripts) expect(tag, path).toContain(`nonce="${value}"`);
      expect(body).not.toMatch(/<[a-z][^>]*\son[a-z]+=/);
    }
    expect(new Set(nonces).size).toBe(nonces.length);
    for (const path of ['/api/none', '/healthz', '/_next/image', '/icon.svg', '/_global-error']) {
      const { headers } = await ask(port, 'GET', path);
      expect(String(headers['content-security-policy']), path).toMatch(
        /default-src '(none|self)'.*frame-ancestors 'none'/,
      );
    }
    await expectSound(house);
  });

  test('[F136] [H11] is broken by nothing in normal use', async ({ house, person, watch }) => {
    // What the last steps are for.
    watch.allowed.push(/status of 404.*\/nope/, /data:text\/plain,x' violates/);
    const { context, open } = await person();
    const violations: unknown[] = [];
    await context.exposeBinding('policyBroken', (_source, what: unknown) => violations.push(what));
    await context.addInitScript(() => {
      const { policyBroken } = window as unknown as { policyBroken(what: string): void };
      addEventListener(
        'securitypolicyviolation',
        ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
          policyBroken(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
      );
    });
    const tab = await open();
    const mark = newMark();
    await tab.send(
      say(
        `${mark}\n\n\`\`\`js\nconst a = 1;\n\`\`\`\n\n$$\\sum_{i=1}^n x_i \\frac{a}{b}$$\n\n| a |\n| - |\n| b |`,
      ),
    );
    await tab.expectEnded();
    await expect(tab.answer.locator('.katex').first()).toBeVisible();
    await expect(tab.answer.getByRole('figure').locator('span[style]').first()).toBeVisible();
    await tab.copyReply();
    await tab.regenerate();
    await tab.expectEnded();
    await tab.page.keyboard.press('Control+k');
    await expect(tab.page.getByRole('combobox')).toBeFocused();
    await tab.page.keyboard.press('Escape');
    await expect(tab.page.getByRole('combobox')).toHaveCount(0);
    await tab.newChat();
    await tab.page.goto(`${house.weir.url}/flow`);
    await expect(tab.page.getByRole('heading').first()).toBeVisible();
    await tab.openGone(`${house.weir.url}/c/${randomUUID()}`);
    await tab.page.goto(`${house.weir.url}/nope/at/all`);
    // That it would be told: the page breaks its own policy.
    expect(violations).toEqual([]);
    await tab.page.evaluate(() =>
      document.body.insertAdjacentHTML('beforeend', '<object data="data:text/plain,x"></object>'),
    );
    await expect.poll(() => violations).toHaveLength(1);
    violations.length = 0;
    await tab.page.goto(house.weir.url);
  });
});
