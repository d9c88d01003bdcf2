import { setTimeout as sleep } from 'node:timers/promises';
import type { Tab } from './chat.ts';
import { newMark, paced, words } from './script.ts';
import { storedAnswers, storedBehind } from './stored.ts';
import { expect, type House, houseWith, test } from './world.ts';

// A house of its own: it is taken down to read what is stored.
test.use(houseWith({ drainSeconds: 19 }));

const prompt = (mark: string, params = {}) =>
  `${mark} ${paced({ n: 12, k: 5, hold: mark, mark, ...params })}`;

test.describe('an answer goes on (3)', () => {
  test('[F58] over a reload: all earlier text is there at once and the stream goes on', async ({
    house,
    person,
    expectAway,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(prompt(mark));
    await tab.expectText(words(5, mark));

    await tab.page.reload();
    await tab.expectText(words(5, mark));
    await tab.expectState('Streaming');
    expect((await house.upstream.calls(mark))[0]?.outcome).toBe('open');
    await house.upstream.release(mark);
    expectAway();
    await expectOneText(house, tab, mark, words(12, mark));
  });

  test('after the network was cut for 10 s', async ({ house, person, expectAway }) => {
    expectAway();
    const mark = newMark();
    const tab = await (await person()).open('/', house.proxy.url);
    // Some 15 s in all: it goes on while nobody hears it, and after.
    await tab.send(`${mark} ${paced({ n: 75, d: 200, mark })}`);
    await tab.expectWords(5);

    house.proxy.down();
    await tab.expectAway();
    const before = await tab.replyText();
    await sleep(10_000);
    expect((await tab.replyText()).startsWith(before)).toBe(true);
    house.proxy.forward();
    await tab.expectBack();
    await expectOneText(house, tab, mark, words(75, mark));
  });

  test('in a second tab opened in the middle, and both show the same', async ({
    house,
    person,
    expectAway,
  }) => {
    const mark = newMark();
    const me = await person();
    const tab = await me.open();
    await tab.send(prompt(mark));
    await tab.expectText(words(5, mark));

    const second = await me.open(`/c/${tab.chatId}`);
    await second.expectText(words(5, mark));
    await house.upstream.release(mark);
    await second.expectReply(words(12, mark));
    expectAway();
    await expectOneText(house, tab, mark, words(12, mark));
  });

  test('[F48] [G5] when every tab is closed', async ({ house, person, expectAway }) => {
    const mark = newMark();
    const me = await person();
    const first = await me.open();
    await first.send(prompt(mark));
    await first.expectText(words(5, mark));
    const { chatId } = first;
    await first.page.close();
    await house.upstream.release(mark);
    await expect.poll(async () => (await house.upstream.calls(mark))[0]?.outcome).toBe('finished');

    const tab = await me.open(`/c/${chatId}`);
    await tab.expectReply(words(12, mark));
    expectAway();
    await expectOneText(house, tab, mark, words(12, mark));
  });

  test('whatever the text: joiners, astral characters, line ends of all kinds, bytes cut anywhere', async ({
    house,
    person,
    expectAway,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} [[script:torture halves=1 nul=1]]`);
    await tab.expectEnded();
    const [call] = await house.upstream.calls(mark);
    await tab.page.reload();
    const copied = await tab.copyReply();
    expectAway();
    const [answer] = storedAnswers(await storedBehind(house.weir), mark);
    // [G11] Postgres holds no NUL: the one difference that is allowed.
    expect(answer?.text).toBe(call?.sentText.replaceAll('\0', '\uFFFD'));
    expect(copied).toBe(answer?.text);
  });
});

/** [I3] On screen = stored = sent by the upstream = what the script says, once the answer is done. */
async function expectOneText({ upstream, weir }: House, tab: Tab, mark: string, text: string) {
  await tab.expectReply(text);
  const [call, ...more] = await upstream.calls(mark);
  expect(more).toEqual([]);
  expect(call?.sentText).toBe(text);
  const [answer, ...others] = storedAnswers(await storedBehind(weir), mark);
  expect(others).toEqual([]);
  expect({ state: answer?.state, text: answer?.text }).toEqual({ state: 'done', text });
  await tab.expectReply(text);
}
