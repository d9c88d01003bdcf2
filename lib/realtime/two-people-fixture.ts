import { v7 as newId } from 'uuid';
import { MODEL, stage } from './stage-fixture.ts';
import { Viewer } from './viewer.ts';

/** Two people, one chat of the first, its answer open. */
export async function twoPeople() {
  const house = stage();
  const anna = new Viewer();
  const ben = new Viewer();
  house.enter(anna, 'anna');
  house.enter(ben, 'ben');
  await house.quiesce(anna, ben);
  const chatId = newId();
  const sent = anna.send(chatId, 'hello', MODEL);
  await house.quiesce(anna, ben);
  anna.watch(chatId);
  await house.quiesce(anna, ben);
  const call = await house.models.nextCall();
  return { house, anna, ben, chatId, sent, call };
}
