import { afterAll, beforeAll, expect, it } from 'vitest';
import { RawClient } from '../raw-client.ts';
import { newMark, paced, usualModel, words } from '../script.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Somebody whose message was answered in full. */
async function answered(mark: string) {
  const client = await RawClient.guest(house.weir.url);
  const sent = await client.say(`${mark} ${paced({ n: 30, mark })}`, client.model);
  await client.until(() => (client.stateOf(sent.generationId) === 'done' ? true : undefined), 'the end');
  return { client, sent };
}

it('holds after an answer that nothing disturbed', async () => {
  const mark = newMark();
  const { client, sent } = await answered(mark);
  expect(client.textOf(sent)).toBe(words(30, mark));
  await expectSound({ ...house, clients: [client], marks: [mark] });
});

it('breaks when a client has seen another text than was stored', async () => {
  const mark = newMark();
  const { client, sent } = await answered(mark);
  client.events.push({ type: 'delta', generation: sent.generationId, at: 5, text: 'forged' });
  await expect(expectSound({ ...house, clients: [client], marks: [mark] })).rejects.toThrow('[I3]');
});

it('breaks when a call was made that nobody asked for', async () => {
  const mark = newMark();
  const { client } = await answered(mark);
  await fetch(`${house.upstream.baseUrl}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: usualModel, messages: [{ role: 'user', content: `${mark} ghost` }] }),
  }).then((response) => response.text());
  await expect(expectSound({ ...house, clients: [client], marks: [mark] })).rejects.toThrow('[I8]');
});

it('breaks when the text of one person reached another', async () => {
  const mark = newMark();
  const [{ client }, other] = await Promise.all([answered(mark), answered(newMark())]);
  other.client.frames.push(client.frames.find((frame) => frame.includes(mark)) ?? '');
  const clients = [client, other.client];
  await expect(expectSound({ ...house, clients, marks: [mark] })).rejects.toThrow('[I6]');
});
