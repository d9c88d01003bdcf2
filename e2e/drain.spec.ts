import { RawClient } from './raw-client.ts';
import { newMark, paced, usualAnswer, words } from './script.ts';
import { stored, storedAnswers } from './stored.ts';
import { expect, houseWith, test } from './world.ts';

const drainSeconds = 6;
/** Goodbyes, the last writes and a busy machine. */
const graceSeconds = 8;

test.use(houseWith({ maxUpstream: 2, drainSeconds }));

test.describe('[G13] SIGTERM during answers (6)', () => {
  test('[F77] [F80] answers finish, what never began waits for the next process, pages come back by themselves', async ({
    house: { upstream, weir },
    person,
    expectAway,
  }) => {
    expectAway();
    const tab = await (await person()).open();
    const raw = await RawClient.guest(weir.url);
    const key = newMark('k');
    const marks = [newMark(), newMark(), newMark()];
    for (const mark of marks) {
      await tab.newChat();
      await tab.send(`${mark} ${paced({ n: 8, k: 4, hold: key, mark })}`);
    }
    const [one = '', two = '', waiting = ''] = marks;
    await tab.expectState('Queued, position 1');
    await expect.poll(async () => (await upstream.stats()).waiting[key]).toBe(2);

    weir.askToGo();
    await expect.poll(() => refusalOf(raw)).toBe('draining');
    await upstream.release(key, 2);
    expect(await weir.ended()).toBe(0);
    await expect.poll(() => raw.closeCode).toBe(4001);
    expect(raw.events.some(({ type }) => type === 'bye')).toBe(true);
    await tab.expectAway();

    const left = await stored(weir);
    for (const mark of [one, two]) {
      expect(storedAnswers(left, mark)).toMatchObject([{ state: 'done', text: words(8, mark) }]);
    }
    expect(storedAnswers(left, waiting)).toMatchObject([{ state: 'queued', text: '' }]);
    expect(await upstream.calls(waiting)).toEqual([]);

    await weir.restart();
    await tab.expectBack();
    await upstream.release(key);
    await tab.expectReply(words(8, waiting));
    expect(await upstream.calls(waiting)).toHaveLength(1);
    await tab.openRow(one);
    await tab.expectReply(words(8, one));
  });

  test('[F80] [F81] what does not end in time is interrupted with its text, and the process exits 0 within the deadline', async ({
    house: { upstream, weir },
    person,
    expectAway,
  }) => {
    expectAway();
    const mark = newMark();
    const tab = await (await person()).open();
    await tab.send(`${mark} ${paced({ n: 8, k: 4, hold: mark, mark })}`);
    await tab.expectText(words(4, mark));

    const from = Date.now();
    expect(await weir.sigterm()).toBe(0);
    expect((Date.now() - from) / 1000).toBeLessThan(drainSeconds + graceSeconds);
    const left = await stored(weir);
    expect(storedAnswers(left, mark)).toMatchObject([{ state: 'interrupted', text: words(4, mark) }]);
    expect(left.unfinished).toBe(0);
    await expect.poll(async () => (await upstream.calls(mark))[0]?.outcome).toBe('aborted');

    await weir.restart();
    await tab.expectBack();
    await tab.expectState('Interrupted');
    await tab.expectText(words(4, mark));
    await upstream.release(mark);
    await tab.continueAnswer();
    await tab.expectReply(words(4, mark) + usualAnswer);
  });
});

/** What a new message is answered with. */
async function refusalOf(client: RawClient): Promise<string> {
  const id = () => crypto.randomUUID();
  const ids = { chatId: id(), messageId: id(), replyId: id(), generationId: id() };
  const answer = await client.ask({ type: 'send', ...ids, text: '[[script:empty]]', model: client.model });
  return answer.type === 'refused' ? answer.code : answer.type;
}
