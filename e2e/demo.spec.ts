import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ configured: false, titles: true }));

test('with nothing configured the demo upstream answers, and says everywhere that it is one (1)', async ({
  person,
}) => {
  const tab = await (await person()).open();
  await expect(tab.page.getByRole('button', { name: /^Model: / })).toContainText('demo');
  await expect(tab.page.getByRole('region', { name: 'About the demo' })).toContainText(
    'No model is connected',
  );
  await tab.send('How do I connect a model?');
  await tab.expectEnded();
  expect(await tab.replyText()).toContain('This is the demo, so no model has answered you yet.');
  await expect(tab.answer.getByRole('button', { name: 'Copy code' }).first()).toBeVisible();
});
