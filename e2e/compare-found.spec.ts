import { Comparison } from './comparison.ts';
import { keepMarks, wasMarked } from './marks.ts';
import { newMark, paced } from './script.ts';
import { SearchView } from './search.ts';
import { expect, test } from './world.ts';

const [first, second] = ['scripted-paced', 'scripted-reasoning'] as const;

for (const [how, width] of [
  ['side by side', 1280],
  ['behind tabs', 360],
] as const) {
  test(`[C67] [C87] an answer that is shown ${how} is found: in sight, focused and marked by itself`, async ({
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person({ viewport: { width, height: 740 } })).open();
    const side = new Comparison(tab);
    await side.choose(first, second);
    await tab.send(`${mark} ${paced({ n: 2, mark })}`);
    await expect(tab.button('Stop')).toHaveCount(0);
    await side.expectEnded(first);
    const search = new SearchView(tab);
    await tab.page.goto(`/search?q=w1:${mark}`);
    await expect(search.results).toHaveCount(2);
    const links = search.results.getByRole('link');
    const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    const focused = new Set<string>();
    await tab.page.addInitScript(keepMarks);
    for (const href of hrefs) {
      await tab.page.goto(href);
      const marked = side.section.locator(wasMarked);
      await expect(marked).toHaveCount(1);
      await expect(marked).toBeVisible();
      await expect(marked.getByRole('article', { name: 'Answer' })).toBeFocused();
      focused.add((await marked.getAttribute('aria-label')) ?? '');
    }
    expect(focused).toEqual(new Set([first, second]));
  });
}
