import type { Browser, BrowserContext, Page } from '@playwright/test';
import { newNonce, pagePolicy } from '#lib/http/security-headers.ts';
import { buildStage } from './stage-build.ts';

/** What the page script of the stage gives to tests, and what it counts. */
declare global {
  interface Window {
    draw(key: string, text: string, isArriving: boolean): void;
    hit(): void;
    hits: number;
    violations: string[];
  }
}

/** A page on our own origin in which the app's Markdown is drawn letter by letter. */
export class Stage {
  readonly page: Page;
  /** Addresses that the page asked for, besides its own files. */
  readonly asked: string[] = [];
  /** Dialogs and new pages. */
  readonly opened: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  /** @param options.policy whether the page has the content policy of all our pages */
  static async open(browser: Browser, origin: string, { policy }: { policy: boolean }): Promise<Stage> {
    files ??= buildStage();
    const built = await files;
    const context = await browser.newContext();
    const nonce = newNonce();
    const headers: Record<string, string> = policy
      ? { 'content-security-policy': pagePolicy(nonce, { development: false }) }
      : {};
    await context.addInitScript(() => {
      window.hits = 0;
      window.violations = [];
      window.hit = () => {
        window.hits += 1;
      };
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        window.violations.push(`${violatedDirective} ${blockedURI}`);
      });
    });
    await context.route(`${origin}/stage/**`, (route) => {
      const name = new URL(route.request().url()).pathname.slice('/stage/'.length);
      if (name === '') {
        const body = `<!doctype html><meta charset="utf-8"><body><script type="module" nonce="${nonce}" src="/stage/stage.js"></script>`;
        return route.fulfill({ contentType: 'text/html', headers, body });
      }
      const contentType = name.endsWith('.css') ? 'text/css' : 'text/javascript';
      const body = built.get(name);
      return body === undefined ? route.fulfill({ status: 404 }) : route.fulfill({ contentType, body });
    });
    const page = await context.newPage();
    const stage = new Stage(context, page);
    context.on('request', (request) => {
      const isOwn =
        request.url().startsWith(`${origin}/stage/`) && built.has(request.url().split('/stage/')[1] ?? '');
      if (!isOwn && request.url() !== `${origin}/stage/`) stage.asked.push(request.url());
    });
    context.on('page', (other) => stage.opened.push(other.url()));
    page.on('dialog', (dialog) => {
      stage.opened.push(dialog.message());
      dialog.dismiss().catch(() => undefined);
    });
    await page.goto(`${origin}/stage/`);
    await page.waitForFunction(() => 'draw' in window);
    // Readers that are loaded when they are first needed.
    await page.evaluate(() => window.draw('first', '$x$\n\n```html\n<b>\n```', false));
    await page.locator('.katex').first().waitFor();
    return stage;
  }

  /**
   * Draws every beginning of every text, as if it arrived letter by letter, then the whole as done. Returns what was in the
   * page that may not be there.
   */
  drawAll(texts: readonly string[]): Promise<string[]> {
    return this.page.evaluate(async (all) => {
      const bad: string[] = [];
      const allowed =
        /^(main|div|span|p|a|b|i|em|strong|del|code|pre|h[1-6]|hr|br|ul|ol|li|blockquote|table|thead|tbody|tr|th|td|section|sup|sub|figure|figcaption|button|input|svg|path|line|rect|circle|g|polyline|math|semantics|annotation|m[a-z]+|none)$/;
      const look = (what: string) => {
        for (const element of document.querySelectorAll('main *')) {
          const tag = element.localName;
          if (
            !allowed.test(tag) ||
            tag === 'maction' ||
            tag === 'mglyph' ||
            tag === 'meta' ||
            tag === 'marquee'
          )
            bad.push(`<${tag}> in ${what}`);
          for (const { name, value } of element.attributes) {
            const leads = /^(xlink:)?href$/.test(name) && !/^(https?:\/\/|mailto:|#)/.test(value);
            const loads = /^(src|srcset|srcdoc|poster|background|action|formaction|data|ping)$/.test(name);
            if (
              /^on/i.test(name) ||
              leads ||
              loads ||
              (name === 'style' && /url\(|expression|@import/i.test(value))
            )
              bad.push(`${name}="${value}" in ${what}`);
          }
        }
      };
      for (const [at, text] of all.entries()) {
        for (let end = 1; end <= text.length; end += 1) {
          window.draw(String(at), text.slice(0, end), true);
          look(text.slice(0, end));
        }
        window.draw(String(at), text, false);
        look(text);
        if (at % 8 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      return bad;
    }, texts);
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

let files: ReturnType<typeof buildStage> | undefined;
