import { FlowView } from './flow.ts';
import { newMark, paced } from './script.ts';
import { expect, houseWith, test } from './world.ts';

test.use(houseWith({ maxUpstream: 4 }));

test.describe('race (5)', () => {
  test('[J1] four prompts of 5 to 7.5 s are at least 3.3 times as fast at once, measured and shown', async ({
    house: { upstream },
    person,
  }) => {
    const tab = await (await person()).open('/flow');
    const flow = new FlowView(tab);
    await flow.main.getByText('Edit the prompts').click();
    const fields = flow.main.getByRole('textbox', { name: /Prompt \d/ });
    await expect(fields).toHaveCount(4);
    const mark = newMark();
    // 7.5 + 7.5 + 7.5 + 7 = 29.5 s in a row; all at once no more than the longest: 3.93 at the very best, and a machine that
    // is busy in just the last seconds takes its share of that.
    for (const [at, d] of [75, 75, 75, 70].entries()) {
      await fields.nth(at).fill(`${mark} ${paced({ n: 100, d, f: 0, mark })}`);
    }
    await flow.main.getByRole('button', { name: 'Race', exact: true }).click();
    expect(await flow.expectSpeedUp()).toBeGreaterThanOrEqual(3.3);
    const calls = await upstream.calls(mark);
    expect(calls.map(({ outcome }) => outcome)).toEqual(Array(8).fill('finished'));
    expect((await upstream.stats()).maxOpen).toBe(4);
  });
});
