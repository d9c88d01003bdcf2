import { describe, expect, it } from 'vitest';
import { LiveGeneration } from '#lib/generation/live-generation.ts';
import { MODEL, type Rehearsal, rehearse, sending, settle } from '#lib/generation/rehearsal-fixture.ts';
import { UpstreamFailure } from '#lib/upstream/model.ts';
import type { ChatSummary } from '#lib/wire/chat.ts';
import { tidy, titleChat } from './title-chat.ts';

/** A first answer that is done, with its title being asked for. */
async function asked(house: Rehearsal = rehearse({ limit: 1 })) {
  const send = sending('why is the sky blue?');
  await house.replies.begin('anna', send);
  const generation = house.generations.find(send.generationId);
  if (!(generation instanceof LiveGeneration)) throw new Error('the answer does not run');
  const reply = await house.models.nextCall();
  reply.say('Because of Rayleigh scattering.');
  reply.finish();
  await settle();
  const shown: ChatSummary[] = [];
  const publish = { chat: (_userId: string, chat: ChatSummary) => void shown.push(chat) };
  const ending = new AbortController();
  const titled = titleChat(generation, { ...house, publish }, ending.signal);
  return { house, send, shown, titled, ending };
}

describe('a title', () => {
  it('[S13] is asked of the model with the first exchange, and shown', async () => {
    const { house, send, shown, titled } = await asked();
    const call = await house.models.nextCall();
    expect(call.request.messages[1]?.content).toContain('why is the sky blue?');
    expect(call.request.messages[1]?.content).toContain('Rayleigh');
    call.say('Title: "Blue skies"');
    call.finish();
    await titled;
    expect(shown).toMatchObject([{ id: send.chatId, title: 'Blue skies' }]);
  });

  it('[F55] [S13] that comes late takes nothing away: messages, their order and the next answer stay', async () => {
    const { house, send, titled } = await asked(rehearse({ limit: 2 }));
    const title = await house.models.nextCall();
    const second = sending('and at night?', send.chatId);
    await house.replies.begin('anna', second);
    const reply = await house.models.nextCall();
    reply.say('It is dark');
    title.say('Blue skies');
    title.finish();
    await titled;
    reply.say(' then.');
    reply.finish();
    await settle();
    const page = await house.store.page('anna', send.chatId);
    expect(page?.chat.title).toBe('Blue skies');
    expect(page?.messages.map(({ text }) => text)).toEqual([
      'why is the sky blue?',
      'Because of Rayleigh scattering.',
      'and at night?',
      'It is dark then.',
    ]);
    expect(page?.revision).toBe(4);
  });

  it('[F47] [S13] that is being asked for is not harmed by a late stop of the answer', async () => {
    const { house, send, shown, titled } = await asked();
    const call = await house.models.nextCall();
    expect(house.generations.stop('anna', send.generationId)).toBe(false);
    expect(call.aborted).toBe(false);
    call.say('Blue skies');
    call.finish();
    await titled;
    expect(shown).toMatchObject([{ title: 'Blue skies' }]);
    expect((await house.store.page('anna', send.chatId))?.messages[1]).toMatchObject({
      text: 'Because of Rayleigh scattering.',
      generation: { state: { name: 'done' } },
    });
  });

  it('[A7] waits behind replies, and its permit comes back', async () => {
    const house = rehearse({ limit: 1 });
    const { titled } = await asked(house);
    const call = await house.models.nextCall();
    await house.replies.begin('ben', sending('next'));
    call.fail(new UpstreamFailure('upstream_error'));
    await titled;
    const next = await house.models.nextCall();
    expect(next.model).toBe(MODEL);
    next.finish();
    await settle();
    expect(house.gate.snapshot()).toMatchObject({ held: 0, waiting: 0 });
  });

  it('is no failure that people see: the plain one stays', async () => {
    const { house, send, shown, titled } = await asked();
    (await house.models.nextCall()).fail(new UpstreamFailure('upstream_error'));
    await titled;
    expect(shown).toEqual([]);
    expect((await house.store.chats('anna'))[0]).toMatchObject({
      id: send.chatId,
      title: 'why is the sky blue?',
    });
    expect(house.log.lines.at(-1)?.message).toBe('no title');
  });

  it('is given up when the process drains', async () => {
    const { house, titled, ending } = await asked();
    const call = await house.models.nextCall();
    ending.abort();
    await titled;
    expect(call.aborted).toBe(true);
    expect(house.log.lines).toEqual([]);
  });
});

it.each([
  ['"Blue skies."', 'Blue skies'],
  ['**Blue skies**', 'Blue skies'],
  ['# Title: Blue skies\nand more', 'Title: Blue skies'],
  ['Title:  Blue   skies', 'Blue skies'],
  ['„Blauer Himmel“', 'Blauer Himmel'],
  ['   ', ''],
])('what models put around a title goes: %j becomes %j', (answer, title) => {
  expect(tidy(answer)).toBe(title);
});
