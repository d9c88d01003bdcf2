import { keptTexts } from './kept-texts.ts';
import { newMark, paced, usualAnswer, words } from './script.ts';
import { stored, storedAnswers } from './stored.ts';
import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ maxUpstream: 6 }));

const total = 8;

test('[F79] [G1, G12] kill -9 during ten answers, then a restart (5)', async ({
  house: { upstream, weir },
  person,
  expectAway,
}) => {
  const me = await person();
  const [left, right] = await Promise.all([me.open(), me.open()]);
  const key = newMark('k');
  const marks = Array.from({ length: 10 }, () => newMark());
  for (const [at, mark] of marks.entries()) {
    const tab = at % 2 === 0 ? left : right;
    await tab.newChat();
    await tab.send(`${mark} ${paced({ n: total, k: 5, hold: key, mark })}`);
  }
  await expect.poll(async () => (await upstream.stats()).waiting[key]).toBe(6);
  await expect.poll(() => left.queuedPositions()).toEqual([1, 2, 3, 4]);
  const begunMarks: string[] = [];
  for (const mark of marks) if ((await upstream.calls(mark)).length > 0) begunMarks.push(mark);
  const waiting = marks.filter((mark) => !begunMarks.includes(mark));
  expect(waiting).toHaveLength(4);
  // Texts reach the database about once a second.
  const begun = begunMarks.map((mark) => words(5, mark));
  await expect.poll(async () => [...(await keptTexts(weir)).values()].sort()).toEqual(begun.sort());

  expectAway();
  await weir.kill9();
  const dead = await stored(weir);
  for (const mark of marks) {
    expect(dead.messages.filter(({ role, text }) => role === 'user' && text.includes(mark))).toHaveLength(1);
  }
  await Promise.all([left.expectAway(), right.expectAway()]);
  await weir.restart();
  await Promise.all([left.expectBack(), right.expectBack()]);

  await expect.poll(async () => (await upstream.stats()).waiting[key]).toBe(4);
  await upstream.release(key);
  for (const mark of waiting) {
    await left.openRow(mark);
    await left.expectReply(words(total, mark));
    expect(await upstream.calls(mark)).toHaveLength(1);
  }
  for (const mark of begunMarks) {
    await right.openRow(mark);
    await right.expectState(/Interrupted/);
    await right.expectText(words(5, mark));
    expect(await upstream.calls(mark)).toHaveLength(1);
  }
  await expect.poll(() => left.busyRows()).toEqual([]);
  await expect.poll(() => right.busyRows()).toEqual([]);
  await expect(left.spinners()).toHaveCount(0);

  const [one = '', two = ''] = begunMarks;
  await right.openRow(one);
  await right.continueAnswer();
  await right.expectReply(words(5, one) + usualAnswer);
  await right.openRow(two);
  await right.regenerate();
  await right.expectReply(words(total, two));

  expect(await weir.sigterm()).toBe(0);
  const after = await stored(weir);
  expect({ unfinished: after.unfinished, pieces: after.pieces }).toEqual({ unfinished: 0, pieces: 0 });
  for (const mark of waiting) {
    expect(storedAnswers(after, mark).map(({ state, text }) => ({ state, text }))).toEqual([
      { state: 'done', text: words(total, mark) },
    ]);
  }
  expect(storedAnswers(after, one).map(({ text }) => text)).toEqual([words(5, one) + usualAnswer]);
  expect(storedAnswers(after, two).map(({ text }) => text)).toEqual([words(5, two), words(total, two)]);
  await weir.restart();
});
