import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BeginRequest } from '#lib/store/chat-store.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { AnotherReply } from '#lib/wire/client-message.ts';
import { MODEL, type Rehearsal, rehearse, sending, settle } from './rehearsal-fixture.ts';

const USER = 'user-1';

const another = (model = MODEL): AnotherReply => ({
  replyId: randomUUID(),
  generationId: randomUUID(),
  model,
});

function comparing(count: number, chatId?: string) {
  const also = Array.from({ length: count - 1 }, () => another());
  const send = { ...sending('compare this', chatId), also };
  return { send, ids: [send.generationId, ...also.map(({ generationId }) => generationId)] };
}

async function shown(house: Rehearsal, chatId: string) {
  const page = await house.store.page(USER, chatId);
  return [...(page?.messages.slice(-1) ?? []), ...(page?.beside ?? [])].map(({ text, generation }) => ({
    text,
    state: generation?.state.name,
  }));
}

describe('a comparison', () => {
  it('[G50] opens one call for each answer, all at once, with the same prompt', async () => {
    const house = rehearse({ limit: 8 });
    const { send } = comparing(3);
    await house.replies.begin(USER, send);
    await settle();
    expect(house.models.open).toBe(3);
    for (const call of house.models.calls) {
      expect(call.request.messages).toEqual([{ role: 'user', content: 'compare this' }]);
    }
    for (const [at, call] of house.models.calls.entries()) {
      call.say(`answer ${at}`);
      call.finish();
    }
    await settle();
    const expected = [0, 1, 2].map((at) => ({ text: `answer ${at}`, state: 'done' }));
    expect(await shown(house, send.chatId)).toEqual(expected);
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('[G50] asked for again, also at once, makes each answer once', async () => {
    const house = rehearse({ limit: 8 });
    const { send } = comparing(4);
    await Promise.all([house.replies.begin(USER, send), house.replies.begin(USER, send)]);
    await house.replies.begin(USER, send);
    await settle();
    expect(house.models.calls).toHaveLength(4);
  });

  it('[G51] waits answer by answer where there are fewer permits than answers', async () => {
    const house = rehearse({ limit: 2 });
    const { send, ids } = comparing(3);
    await house.replies.begin(USER, send);
    await settle();
    expect(house.models.open).toBe(2);
    expect(house.generations.find(ids[2] ?? '')?.state.name).toBe('queued');
    house.models.calls[0]?.finish();
    await settle();
    expect(house.models.calls).toHaveLength(3);
    expect(house.models.peak).toBe(2);
  });

  it('[G51] gets in with all its answers or with none, and nothing is stored then', async () => {
    const house = rehearse({ limit: 1, maxWaitingPerUser: 2 });
    const four = comparing(4).send;
    await expect(house.replies.begin(USER, four)).rejects.toMatchObject({ code: 'user_queue_full' });
    expect(await house.store.page(USER, four.chatId)).toBeNull();
    const two = comparing(2).send;
    await house.replies.begin(USER, two);
    // Stored, and asked again: not refused for what it takes itself.
    await house.replies.begin(USER, two);
    await settle();
    await expect(house.replies.begin(USER, comparing(2).send)).rejects.toMatchObject({
      code: 'user_queue_full',
    });
  });

  it('[G51] that is being stored counts with all its answers', async () => {
    const house = rehearse({ limit: 1, maxWaitingPerUser: 3 });
    const [first, second] = [comparing(3).send, comparing(2).send];
    const stored = house.replies.begin(USER, first);
    await expect(house.replies.begin(USER, second)).rejects.toMatchObject({ code: 'user_queue_full' });
    await stored;
  });

  it('[G51] with a model that is not offered begins nothing', async () => {
    const house = rehearse({ limit: 8 });
    const send = { ...sending('x'), also: [another('gone/model')] };
    await expect(house.replies.begin(USER, send)).rejects.toMatchObject({ code: 'unknown_model' });
    expect(house.models.calls).toEqual([]);
  });

  it('[G52] each answer ends by itself: one is stopped, one fails, one is done', async () => {
    const house = rehearse({ limit: 8 });
    const { send, ids } = comparing(3);
    await house.replies.begin(USER, send);
    await settle();
    const [one, two, three] = house.models.calls;
    one?.say('one');
    house.generations.stop(USER, ids[0] ?? '');
    two?.fail(new UpstreamFailure('upstream_rejected', { retryable: false }));
    await settle();
    expect(house.generations.size).toBe(1);
    three?.say('three');
    three?.finish();
    await settle();
    expect(await shown(house, send.chatId)).toEqual([
      { text: 'one', state: 'stopped' },
      { text: '', state: 'failed' },
      { text: 'three', state: 'done' },
    ]);
    for (const id of ids) expect(house.statesOf(id).filter(isLast)).toHaveLength(1);
  });

  it('[G52] a failed one is tried again in its place, with the prompt of the others', async () => {
    const house = rehearse({ limit: 8 });
    const { send } = comparing(2);
    await house.replies.begin(USER, send);
    await settle();
    const [one, two] = house.models.calls;
    one?.say('one');
    one?.finish();
    two?.fail(new UpstreamFailure('upstream_rejected', { retryable: false }));
    await settle();
    const failed = send.also[0]?.replyId ?? '';
    const retry: BeginRequest = {
      kind: 'continue',
      chatId: send.chatId,
      messageId: failed,
      generationId: randomUUID(),
    };
    await house.replies.begin(USER, retry);
    await settle();
    expect(house.models.calls[2]?.request.messages).toEqual([{ role: 'user', content: 'compare this' }]);
    house.models.calls[2]?.say('two');
    house.models.calls[2]?.finish();
    await settle();
    expect((await shown(house, send.chatId)).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('[G54] a message sent before one is kept waits for that, and reads the kept answer alone', async () => {
    const house = rehearse({ limit: 8 });
    const { send } = comparing(2);
    await house.replies.begin(USER, send);
    await settle();
    for (const [at, call] of house.models.calls.entries()) {
      call.say(`answer ${at}`);
      call.finish();
    }
    await settle();
    const next = sending('and then?', send.chatId);
    expect(await house.replies.begin(USER, next)).toEqual({ held: true });
    await settle();
    expect(await house.replies.release(USER, send.chatId)).toBe(false);
    expect(house.models.calls).toHaveLength(2);
    await house.store.keep(USER, send.chatId, send.also[0]?.replyId ?? '');
    expect(await house.replies.release(USER, send.chatId)).toBe(true);
    await settle();
    expect(house.models.calls[2]?.request.messages).toEqual([
      { role: 'user', content: 'compare this' },
      { role: 'assistant', content: 'answer 1' },
      { role: 'user', content: 'and then?' },
    ]);
  });

  it('[G55] one behind a running answer waits whole, and begins with all its answers', async () => {
    const house = rehearse({ limit: 8 });
    const first = sending('first');
    await house.replies.begin(USER, first);
    const call = await house.models.nextCall();
    const { send } = comparing(3, first.chatId);
    expect(await house.replies.begin(USER, send)).toEqual({ held: true });
    call.finish();
    await settle();
    expect(house.models.calls).toHaveLength(4);
    expect(house.models.open).toBe(3);
  });

  it('[G56] what a dead process left of it is settled answer by answer', async () => {
    const house = rehearse({ limit: 8 });
    const { send, ids } = comparing(3);
    await house.store.begin(USER, send, 'dead');
    const [begun] = ids;
    const pieces = [{ channel: 'text' as const, at: 0, text: 'so far' }];
    const kept = { fallback: null, attempts: 1, startedAt: 1, firstTokenAt: 2, pieces };
    await house.store.checkpoint('dead', [{ generation: begun ?? '', ...kept }]);
    for (const orphan of await house.store.adopt('process-1', { deadAfterMs: 0, alone: true })) {
      if (orphan.hasBegun) house.generations.bury(orphan);
      else house.generations.start(orphan);
    }
    await settle();
    expect(house.models.open).toBe(2);
    for (const call of house.models.calls) {
      call.say('anew');
      call.finish();
    }
    await settle();
    expect(await shown(house, send.chatId)).toEqual([
      { text: 'so far', state: 'interrupted' },
      { text: 'anew', state: 'done' },
      { text: 'anew', state: 'done' },
    ]);
  });
});

function isLast(name: string): boolean {
  return ['done', 'stopped', 'failed', 'interrupted'].includes(name);
}
