import { randomUUID } from 'node:crypto';
import { Tab } from './chat.ts';
import { Child } from './child.ts';
import { plainEnv, root } from './place.ts';
import { SearchView } from './search.ts';
import { expect, houseWith, test } from './world.ts';

// The demo upstream has an embedding model.
test.use(houseWith({ configured: false }));

test.describe('search by meaning', () => {
  test('[J72] [J74] a paraphrase without a word in common is found, also after kill -9', async ({
    house: { weir },
    person,
    expectAway,
  }) => {
    const tab = await (await person()).open();
    await tab.send('Where can I get my automobile mended without paying a fortune?');
    await expect(tab.button('Stop')).toHaveCount(0);
    const view = new SearchView(tab);
    await view.goTo();
    await view.find('fix cheap car');
    await expect(view.result('automobile mended')).toContainText('Means about the same');
    expectAway();
    await weir.kill9();
    await weir.restart();
    await tab.page.reload();
    await expect(view.result('automobile mended')).toContainText('Means about the same');
    await expect(view.main).toContainText('searched by words and by meaning');
    await view.open('automobile mended');
    await view.expectMarked('automobile');
  });

  test('[C67] [C69] far up a chat of 10,000 messages: a part around it, ways on, and back to the end', async ({
    house: { weir },
    person,
    expectAway,
  }) => {
    const me = await person();
    const before = await me.open();
    const userId = await before.page.evaluate(async () => {
      const response = await fetch('/api/session', { method: 'POST' });
      return ((await response.json()) as { userId: string }).userId;
    });
    expectAway();
    await weir.shutDown();
    const chatId = randomUUID();
    const child = new Child(['e2e/seed-chat.ts', weir.database, userId, chatId, '10000', '4000'], {
      cwd: root,
      env: plainEnv(),
    });
    const [, needle] = await child.line(/^seeded (\S+)$/);
    await weir.restart();
    const tab = new Tab(await me.context.newPage());
    await tab.page.goto('/search?q=needle+haystack');
    const view = new SearchView(tab);
    await view.open('needle');
    await view.expectMarked('Here lies the needle');
    await expect(tab.page).toHaveURL(new RegExp(`m=${needle}$`));
    const part = tab.page.getByRole('region', { name: 'Part of this chat' });
    await expect(part).toBeVisible();
    const articles = tab.log.getByRole('article');
    await expect(articles).toHaveCount(60);
    const [first] = await articles.allTextContents();
    await tab.button('Earlier messages').click();
    await expect(articles).toHaveCount(120);
    // What was looked at stays where it is.
    await expect(articles.filter({ hasText: first ?? '' })).toBeInViewport();
    await tab.button('Later messages').click();
    await expect(tab.log.getByText('This is message 4021.')).toBeAttached();
    await part.getByRole('button', { name: 'Back to the end' }).click();
    await expect(tab.log.getByText('This is message 9999.')).toBeInViewport();
    await expect(part).toHaveCount(0);
    await expect.poll(() => tab.distanceToEnd()).toBeLessThan(30);
  });
});
