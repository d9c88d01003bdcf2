import { expect, it } from 'vitest';
import type { StoredCall } from '#lib/store/tool-store.ts';
import { answerTurns } from './answer-turns.ts';
import { rehearse, sending, settle } from './rehearsal-fixture.ts';
import { asked, Bell, callTools, stored, toolset, USER } from './tools-fixture.ts';

const goOn = ({ chatId, replyId }: ReturnType<typeof sending>) => ({
  kind: 'continue' as const,
  chatId,
  messageId: replyId,
  generationId: sending('').generationId,
});

it('[G61] what is thought after tools is one paragraph, also where words came before it', async () => {
  const bell = new Bell('bell');
  const { rehearsal, send, call } = await asked([bell.tool]);
  call.think('First.');
  callTools(call, ['bell', '{}']);
  await settle();
  bell.rings[0]?.answer('ding');
  const next = await rehearsal.models.nextCall();
  next.say('Well, ');
  for (const piece of ['I ', 'won', 'der.']) next.think(piece);
  next.say('yes.');
  next.finish();
  await settle();
  const page = await rehearsal.store.page(USER, send.chatId);
  const { text, reasoning } = page?.messages.at(-1) ?? {};
  expect({ text, reasoning }).toEqual({ text: 'Well, yes.', reasoning: 'First.\n\nI wonder.' });
});

it('[G61] words that follow the calls of an answer that was cut are a paragraph of their own', async () => {
  const bell = new Bell('bell');
  const { rehearsal, send, call } = await asked([bell.tool]);
  call.say('Let me see.');
  callTools(call, ['bell', '{}']);
  await settle();
  rehearsal.generations.stop(USER, send.generationId);
  await settle();
  await rehearsal.replies.begin(USER, goOn(send as ReturnType<typeof sending>));
  const next = await rehearsal.models.nextCall();
  next.say('Sorry.');
  next.finish();
  await settle();
  expect((await stored(rehearsal, send.chatId)).text).toBe('Let me see.\n\nSorry.');
});

it('[G61] [S59] no call stands behind the end of a text of which the last words were lost', async () => {
  const bell = new Bell('order', true);
  const { rehearsal, send, call } = await asked([bell.tool]);
  call.say('Let me order that for you.');
  callTools(call, ['order', '{}']);
  await settle();
  // It dies before the text is kept.
  const heir = rehearse({ store: rehearsal.store, owner: 'process-2', tools: [toolset(bell.tool)] });
  const [orphan] = await heir.store.adopt('process-2', { deadAfterMs: 0, alone: true });
  if (orphan !== undefined) heir.generations.bury(orphan);
  await settle();
  const { text = '', calls } = await stored(heir, send.chatId);
  expect(calls?.[0]?.at).toBeLessThanOrEqual(text.length);
  await heir.replies.begin(USER, goOn(send as ReturnType<typeof sending>));
  const next = await heir.models.nextCall();
  next.say('It is not known whether you get one.');
  next.finish();
  await settle();
  const history = await heir.store.history(send.chatId, send.replyId);
  const answer = history.at(-1);
  const turns = answerTurns(answer?.text ?? '', (answer?.calls ?? []) as StoredCall[]);
  expect(turns.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant']);
  expect(turns.at(-1)).toMatchObject({ content: 'It is not known whether you get one.' });
});
