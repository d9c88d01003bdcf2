import { Comparison } from './comparison.ts';
import { newMark, paced, words } from './script.ts';
import { expect, houseWith, test } from './world.ts';

const three = ['scripted-paced', 'scripted-echo', 'scripted-reasoning'] as const;
const [first, second, third] = three;

test.use(houseWith({ maxUpstream: 2 }));

test.describe('compare: more answers than there are permits', () => {
  test('[C82] [G51] the third waits in its column, and streams when its turn comes', async ({
    house: { upstream },
    person,
  }) => {
    const mark = newMark();
    const tab = await (await person()).open();
    const side = new Comparison(tab);
    await side.choose(...three);
    await tab.send(`${mark} ${paced({ n: 4, k: 2, hold: mark, mark })}`);
    for (const name of [first, second]) await side.expectText(name, words(2, mark));
    await side.expectState(third, 'Queued, position 1');
    expect((await upstream.stats()).open).toBe(2);
    await upstream.release(mark, 1);
    await side.expectText(third, words(2, mark));
    await upstream.release(mark);
    for (const name of three) await side.expectText(name, words(4, mark));
    expect((await upstream.stats()).maxOpen).toBe(2);
  });
});
