import OpenAI from 'openai';
import type { Tab } from './chat.ts';
import { newMark, paced, words } from './script.ts';
import { expect, type Person, test } from './world.ts';

test.describe('API keys (12)', () => {
  test('[H20] [H21] [H31] a person makes a key, sees it once, a program streams with it, and is turned away once it is revoked', async ({
    house,
    person,
  }) => {
    const me = await person();
    const tab = await me.open('/');
    const { page } = tab;
    await tab.chats.getByRole('link', { name: 'Settings' }).click();
    await expect(page).toHaveURL(/\/settings$/);
    await expect(page.getByText('No keys yet')).toBeVisible();

    await page.getByRole('textbox', { name: 'Name of a new key' }).fill('laptop');
    await tab.button('Make a key').click();
    const fresh = page.getByRole('region', { name: 'New key' });
    const key = (await fresh.locator('code').textContent()) ?? '';
    expect(key).toMatch(/^weir-[\w-]{43}$/);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await fresh.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect(fresh.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
    const row = page.getByRole('list', { name: 'API keys' }).getByRole('listitem');
    await expect(row).toContainText(`weir-…${key.slice(-4)}`);
    await expect(row).toContainText('never used');

    await page.reload();
    await expect(row).toContainText('laptop');
    await expect(fresh).toHaveCount(0);
    expect(await page.content()).not.toContain(key);

    const client = new OpenAI({ apiKey: key, baseURL: `${house.weir.url}/v1`, maxRetries: 0 });
    const mark = newMark();
    const model = (await client.models.list()).data[0]?.id ?? '';
    const messages = [{ role: 'user' as const, content: paced({ n: 8, d: 5, mark }) }];
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    const pieces: string[] = [];
    for await (const { choices } of stream) pieces.push(choices[0]?.delta.content ?? '');
    expect(pieces.join('')).toBe(words(8, mark));
    expect(pieces.length).toBeGreaterThan(2);
    const call = (await house.upstream.calls(mark))[0];
    expect(call).toMatchObject({ outcome: 'finished' });

    await page.reload();
    await expect(row).toContainText('used in the last minute');
    await row.getByRole('button', { name: 'Revoke laptop' }).click();
    const question = page.getByRole('dialog', { name: 'Revoke laptop?' });
    await question.getByRole('button', { name: 'Keep it' }).click();
    await expect(row).toHaveCount(1);
    await row.getByRole('button', { name: 'Revoke laptop' }).click();
    await question.getByRole('button', { name: 'Revoke', exact: true }).click();
    await expect(page.getByText('No keys yet')).toBeVisible();
    // [C91] The row has gone with its button.
    await expect(page.getByRole('textbox', { name: 'Name of a new key' })).toBeFocused();
    const error = await client.models.list().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test('[H21] keys of one person are nowhere on the page of another, and a fault is said with a way on', async ({
    person,
    expectAway,
  }) => {
    const mine = await settings(await person());
    await mine.page.getByRole('textbox', { name: 'Name of a new key' }).fill('only mine');
    await mine.page.keyboard.press('Enter');
    await mine.button('Done').click();
    await expect(mine.page.getByRole('listitem').filter({ hasText: 'only mine' })).toBeVisible();

    const theirs = await settings(await person());
    await expect(theirs.page.getByText('No keys yet')).toBeVisible();
    expect(await theirs.page.content()).not.toContain('only mine');

    expectAway();
    await mine.page.route('**/api/keys', (route) => route.abort('connectionreset'));
    await mine.page.goto(mine.page.url());
    await expect(mine.page.getByText('The keys could not be loaded')).toBeVisible();
    await mine.page.unroute('**/api/keys');
    await mine.button('Try again').click();
    await expect(mine.page.getByText('only mine')).toBeVisible();
  });
});

async function settings(someone: Person): Promise<Tab> {
  const tab = await someone.open('/');
  await tab.chats.getByRole('link', { name: 'Settings' }).click();
  return tab;
}
