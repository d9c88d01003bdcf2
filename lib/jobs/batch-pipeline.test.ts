import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { anna, answerAll, inState, lines, promptIn, stage, start, works } from './batch-fixture.ts';

const three = ['extract', 'analyse', 'sum'].map((name, at) =>
  stage({
    name,
    template: at === 0 ? '{{item}}' : `{{stage.${at === 1 ? 'extract' : 'analyse'}}}+`,
    limit: [2, 2, 1][at] ?? 1,
  }),
);

describe('a pipeline', () => {
  it('[J28] keeps every stage at its limit, hands on outputs, and holds no more than its hand-off', async () => {
    const house = works({ limit: 20 });
    await house.worker.start();
    const id = await start(house, lines(12), three);
    let most = 0;
    const watch = () => {
      const lines = house.worker.running(id)?.run.lines ?? [];
      for (const line of lines) {
        expect(line.running).toBeLessThanOrEqual(line.limit);
        most = Math.max(most, line.queued - line.bound);
      }
    };
    await answerAll(house, id, (prompt) => {
      watch();
      return prompt;
    });
    expect(most).toBeLessThanOrEqual(0);
    expect(house.script.calls).toHaveLength(36);
    expect((await house.batches.item(anna, id, 5)).stages).toEqual([
      { name: 'extract', prompt: 'text 5', output: 'text 5' },
      { name: 'analyse', prompt: 'text 5+', output: 'text 5+' },
      { name: 'sum', prompt: 'text 5++', output: 'text 5++' },
    ]);
    const batch = await house.batches.one(anna, id);
    expect(batch.stages.map(({ counts }) => counts.done)).toEqual([12, 12, 12]);
    await house.worker.drain(0);
  });

  it('[J29] a slow last stage holds up the ones before it', async () => {
    const house = works({ limit: 50 });
    await house.worker.start();
    const id = await start(house, lines(40), three);
    let at = 0;
    // All but calls of the last stage are answered.
    for (let turn = 0; turn < 300; turn += 1) {
      for (; at < house.script.calls.length; at += 1) {
        const call = house.script.calls[at];
        if (call === undefined) continue;
        const prompt = promptIn(call);
        if (prompt.endsWith('++')) continue;
        call.say(prompt);
        call.finish();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    const done = (await house.batches.one(anna, id)).stages.map(({ counts }) => counts.done);
    // One asked, one handed on, two that wait for a place and keep stage two busy; before it two handed on and two that wait.
    expect(done).toEqual([8, 4, 0]);
    await house.batches.cancel(anna, id);
    await inState(house, id, 'cancelled');
    await house.worker.drain(0);
  });

  it('[J30] an item that fails in stage two keeps stage one’s output and is retried from there', async () => {
    const house = works({ limit: 5 });
    await house.worker.start();
    const id = await start(house, 'only', three.slice(0, 2));
    const first = await house.script.nextCall();
    first.say('facts');
    first.finish();
    (await house.script.nextCall()).fail(new UpstreamFailure('upstream_rejected'));
    await inState(house, id, 'completed');
    const failed = await house.batches.item(anna, id, 0);
    expect(failed).toMatchObject({
      state: 'failed',
      stage: 1,
      stages: [{ output: 'facts' }, { output: null }],
    });
    expect((await house.batches.one(anna, id)).stages.map(({ counts }) => counts.failed)).toEqual([0, 1]);
    await house.batches.retry(anna, id, 0);
    const again = await house.script.nextCall();
    expect(again.request.messages).toEqual([{ role: 'user', content: 'facts+' }]);
    again.say('end');
    again.finish();
    await inState(house, id, 'completed');
    expect(house.script.calls).toHaveLength(3);
    await house.worker.drain(0);
  });
});
