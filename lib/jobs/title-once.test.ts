import { expect, it } from 'vitest';
import { TitleOnce } from './title-once.ts';

it('[G53] of several first answers one names the chat, at once or later', async () => {
  const asked: string[] = [];
  const titles = new TitleOnce(async ({ chatId }: { chatId: string }) => {
    asked.push(chatId);
    return true;
  });
  await Promise.all([{ chatId: 'a' }, { chatId: 'a' }, { chatId: 'b' }].map((one) => titles.title(one)));
  await titles.title({ chatId: 'a' });
  expect(asked).toEqual(['a', 'b']);
});

it('[G53] where the first could not, the next one tries', async () => {
  const answers = [false, true, true];
  let asked = 0;
  const titles = new TitleOnce(async (_: { chatId: string }) => answers[asked++] ?? true);
  for (let count = 0; count < 4; count += 1) await titles.title({ chatId: 'a' });
  expect(asked).toBe(2);
});

it('[G53] what it remembers is bounded', async () => {
  let asked = 0;
  const titles = new TitleOnce(async (_: { chatId: string }) => {
    asked += 1;
    return true;
  });
  for (let count = 0; count < 1_001; count += 1) await titles.title({ chatId: String(count) });
  await titles.title({ chatId: '1000' });
  expect(asked).toBe(1_001);
  await titles.title({ chatId: '0' });
  expect(asked).toBe(1_002);
});
