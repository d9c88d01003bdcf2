import { setTimeout as sleep } from 'node:timers/promises';
import { Tab } from '../chat.ts';
import { newMark, paced, words } from '../script.ts';
import { expect, houseWith, test } from '../world.ts';

test.use(houseWith({ maxUpstream: 4 }));

/** Tells the page that its network is back: it does not wait for its back-off any longer. */
const wake = (tab: Tab) => tab.page.evaluate(() => dispatchEvent(new Event('online')));

test('[F46] [G4] an answer is stopped after a reload, and from another device of the same person', async ({
  house: { upstream, weir },
  person,
}) => {
  const [me, device] = [await person(), await person()];
  const tab = await me.open();
  for (const from of ['reload', 'device']) {
    const mark = newMark();
    await tab.newChat();
    await tab.send(`${mark} ${paced({ n: 12, k: 5, hold: mark, mark })}`);
    await tab.expectText(words(5, mark));
    if (from === 'reload') {
      await tab.page.reload();
      await tab.expectText(words(5, mark));
      await tab.stop();
    } else {
      await device.context.addCookies(await me.context.cookies());
      const other = new Tab(await device.context.newPage());
      await other.open(`${weir.url}/c/${tab.chatId}`);
      await other.stop();
      await other.expectState('Stopped');
      await other.expectText(words(5, mark));
    }
    await tab.expectState('Stopped');
    await expect.poll(async () => (await upstream.calls(mark))[0]?.outcome).toBe('aborted');
    await tab.expectText(words(5, mark));
  }
});

test('[F53] who leaves a chat before the first word finds the answer, live and finished', async ({
  house: { upstream },
  person,
}) => {
  const tab = await (await person()).open();
  const mark = newMark();
  await tab.send(`${mark} ${paced({ n: 8, k: 4, gate: `${mark}-gate`, hold: mark, mark })}`);
  await tab.expectState('Connecting');
  await tab.newChat();
  await upstream.release(`${mark}-gate`);
  await expect.poll(async () => (await upstream.stats()).waiting[mark]).toBe(1);
  await tab.openRow(mark);
  await tab.expectText(words(4, mark));
  await tab.expectState('Streaming');
  await tab.newChat();
  await upstream.release(mark);
  await expect.poll(async () => (await upstream.calls(mark))[0]?.outcome).toBe('finished');
  await tab.openRow(mark);
  await tab.expectReply(words(8, mark));
});

test('[F58] [F64] cut off five times, a finished chat shows every message once, and the settings stay', async ({
  house: { proxy },
  person,
  expectAway,
}) => {
  expectAway();
  const tab = await (await person()).open('/', proxy.url);
  const marks = [newMark(), newMark()];
  for (const mark of marks) {
    await tab.send(`${mark} ${paced({ n: 3, mark })}`);
    await tab.expectReply(words(3, mark));
  }
  const model = await tab.page.getByRole('button', { name: /^Model: / }).getAttribute('aria-label');
  let sockets = 0;
  tab.page.on('websocket', () => {
    sockets += 1;
  });
  for (let cut = 1; cut <= 5; cut += 1) {
    const seen = sockets;
    proxy.cut();
    // Again and again: whoever has not noticed the cut yet has nothing to hurry.
    await expect(async () => {
      await wake(tab);
      expect(sockets).toBeGreaterThan(seen);
    }).toPass();
    await tab.expectBack();
  }
  await expect(tab.log.getByRole('article', { name: 'You' })).toHaveCount(2);
  await expect(tab.log.getByRole('article', { name: 'Answer' })).toHaveCount(2);
  await tab.page.reload();
  await tab.expectReply(words(3, marks[1] ?? ''));
  await expect(tab.log.getByRole('article')).toHaveCount(4);
  await expect(tab.page.getByRole('button', { name: /^Model: / })).toHaveAttribute('aria-label', model ?? '');
});

test('[F74] [C11] a tab that was asleep while its answer ended and its network changed catches up once', async ({
  house: { proxy, upstream },
  person,
  expectAway,
}) => {
  expectAway();
  const tab = await (await person()).open('/', proxy.url);
  const mark = newMark();
  await tab.send(`${mark} ${paced({ n: 8, k: 4, hold: mark, mark })}`);
  await tab.expectText(words(4, mark));
  let sockets = 0;
  tab.page.on('websocket', () => {
    sockets += 1;
  });
  const devtools = await tab.page.context().newCDPSession(tab.page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  proxy.cut();
  await upstream.release(mark);
  await expect.poll(async () => (await upstream.calls(mark))[0]?.outcome).toBe('finished');
  await sleep(2_000);
  expect(sockets, 'nothing while asleep').toBeLessThanOrEqual(1);
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await wake(tab);
  await tab.expectReply(words(8, mark));
  await sleep(1_000);
  expect(sockets).toBe(1);
});

test('[F75] [C13] what is sent while the server is away survives a reload and goes out once', async ({
  house: { proxy, upstream },
  person,
  expectAway,
}) => {
  expectAway();
  const [one, two] = [newMark('a'), newMark('b')];
  const tab = await (await person()).open('/', proxy.url);
  await tab.send(`${one} ${paced({ n: 2, mark: one })}`);
  await tab.expectReply(words(2, one));
  proxy.down();
  await tab.expectAway();
  await tab.send(`${two} ${paced({ n: 3, mark: two })}`);
  await expect(tab.question).toContainText('Not sent yet');
  const address = tab.page.url();
  // What the browser shows instead is a page of its own.
  await expect(tab.page.reload()).rejects.toThrow();
  proxy.forward();
  await expect(() => tab.page.goto(address)).toPass();
  await tab.expectReply(words(3, two));
  await expect(tab.log.getByRole('article', { name: 'You' })).toHaveCount(2);
  expect(await upstream.calls(two)).toHaveLength(1);
});
