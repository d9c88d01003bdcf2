import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import { type Rehearsal, rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

async function stored(rehearsal: Rehearsal, chatId: string) {
  const page = await rehearsal.store.page(USER, chatId);
  const last = page?.messages.at(-1);
  return { text: last?.text, state: last?.generation?.state, followUps: page?.followUps };
}

describe('a stop', () => {
  it('[G4] while queued leaves the queue and never calls the model', async () => {
    const rehearsal = rehearse({ limit: 1 });
    await rehearsal.replies.begin(USER, sending('first'));
    const first = await rehearsal.models.nextCall();
    const second = sending('second');
    await rehearsal.replies.begin(USER, second);
    await settle();
    expect(rehearsal.generations.stop(USER, second.generationId)).toBe(true);
    await settle();
    expect(await stored(rehearsal, second.chatId)).toMatchObject({ state: { name: 'stopped' } });
    first.finish();
    await settle();
    expect(rehearsal.models.calls).toHaveLength(1);
  });

  it('[G4] while streaming aborts the call, frees the permit and keeps the text', async () => {
    const rehearsal = rehearse();
    const send = sending('hello');
    await rehearsal.replies.begin(USER, send);
    const call = await rehearsal.models.nextCall();
    call.say('so far');
    rehearsal.generations.stop(USER, send.generationId);
    await settle();
    expect(call.aborted).toBe(true);
    expect(rehearsal.gate.snapshot().held).toBe(0);
    expect(await stored(rehearsal, send.chatId)).toMatchObject({
      text: 'so far',
      state: { name: 'stopped' },
    });
    expect(rehearsal.statesOf(send.generationId).slice(-2)).toEqual(['stopping', 'stopped']);
  });

  it('[F37] [G4] while it waits to try again ends it there', async () => {
    const rehearsal = rehearse();
    const send = sending('hello');
    await rehearsal.replies.begin(USER, send);
    (await rehearsal.models.nextCall()).fail(new UpstreamFailure('upstream_error', { retryable: true }));
    await settle();
    rehearsal.generations.stop(USER, send.generationId);
    await settle();
    expect(await stored(rehearsal, send.chatId)).toMatchObject({ state: { name: 'stopped' } });
    expect(rehearsal.sleeps).toHaveLength(0);
  });

  it('[F43] [G4] of an answer that is over, or never was, does nothing to the one that came after it', async () => {
    const rehearsal = rehearse();
    const first = sending('one');
    await rehearsal.replies.begin(USER, first);
    (await rehearsal.models.nextCall()).finish();
    await settle();
    const second = sending('two', first.chatId);
    await rehearsal.replies.begin(USER, second);
    const call = await rehearsal.models.nextCall();
    expect(rehearsal.generations.stop(USER, first.generationId)).toBe(false);
    expect(rehearsal.generations.stop(USER, crypto.randomUUID())).toBe(false);
    call.say('untouched');
    call.finish();
    await settle();
    expect(await stored(rehearsal, first.chatId)).toMatchObject({
      text: 'untouched',
      state: { name: 'done' },
    });
  });

  it('[R4] of somebody else does nothing', async () => {
    const rehearsal = rehearse();
    const send = sending('mine');
    await rehearsal.replies.begin(USER, send);
    const call = await rehearsal.models.nextCall();
    expect(rehearsal.generations.stop('user-2', send.generationId)).toBe(false);
    expect(call.aborted).toBe(false);
  });

  it('[F42] [G3] that races the end leaves exactly one ending', async () => {
    for (let round = 0; round < 50; round += 1) {
      const rehearsal = rehearse();
      const send = sending('hello');
      await rehearsal.replies.begin(USER, send);
      const call = await rehearsal.models.nextCall();
      call.say('text');
      const acts = [() => call.finish(), () => rehearsal.generations.stop(USER, send.generationId)];
      if (round % 2) acts.reverse();
      acts[0]?.();
      for (let turn = 0; turn < round % 7; turn += 1) await Promise.resolve();
      acts[1]?.();
      await settle(5);
      const names = rehearsal.statesOf(send.generationId);
      expect(names.filter((name) => name === 'done' || name === 'stopped')).toHaveLength(1);
      expect((await stored(rehearsal, send.chatId)).text).toBe('text');
    }
  });
});
