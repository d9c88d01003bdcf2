import { AnalysesView } from './analyses.ts';
import { BatchesView } from './batches.ts';
import { expect, test } from './world.ts';

/** Without a blank, as of a picture in base64. */
const word = 'QWxsVGV4dFdh'.repeat(4_000);

test('[C99] a long word is laid out without kerning: in an analysis, in a batch and in its items', async ({
  person,
}) => {
  const tab = await (await person({ viewport: { width: 360, height: 740 } })).open('/analyses');
  const kerning = 'font-kerning';
  const { text } = new AnalysesView(tab);
  await text.fill(word);
  await expect(text).toHaveCSS(kerning, 'none');
  await expect(text).toHaveCSS('font-variant-ligatures', 'none');
  const batches = new BatchesView(tab);
  await tab.page.goto('/batches');
  await batches.openNew();
  await batches.items.fill(word);
  await expect(batches.items).toHaveCSS(kerning, 'none');
  await batches.preview();
  const prompt = batches.prompts.first().locator('p').last();
  await expect(prompt).toContainText(word.slice(0, 100));
  await expect(prompt).toHaveCSS(kerning, 'none');
});
