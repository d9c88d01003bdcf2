import { describe, expect, it } from 'vitest';
import { coffeeShop } from './coffee-shop.ts';
import { presets } from './presets.ts';
import { searchTools } from './search-chats.ts';
import { timeTools } from './time.ts';
import type { Tool, ToolSource } from './tool.ts';

const signal = new AbortController().signal;
const about = { userId: 'ann', chatId: 'c', callId: '0198-abcde12345', signal };

async function toolOf(source: ToolSource, name: string): Promise<Tool> {
  const tool = (await source.tools(signal)).find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool;
}

describe('[K6] the coffee shop', () => {
  it('asks before it takes an order, and for nothing else', async () => {
    const tools = await coffeeShop({ ordersOf: async () => [], now: () => 0 }).tools(signal);
    const asking = tools.filter(({ changesThings }) => changesThings).map(({ name }) => name);
    expect(asking).toEqual(['place_order']);
  });

  it('counts sizes, milk and numbers', async () => {
    const place = await toolOf(coffeeShop({ ordersOf: async () => [], now: () => 0 }), 'place_order');
    const items = [
      { drink: 'latte', size: 'large', milk: 'oat' },
      { drink: 'tea', count: 2 },
    ];
    expect(JSON.parse(await place.call({ items, name: 'Ann' }, about))).toEqual({
      order: 'W-12345',
      items: ['1 large latte with oat milk', '2 medium tea'],
      total: '$12.20',
      name: 'Ann',
    });
    await expect(place.call({ items: [{ drink: 'beer' }] }, about)).rejects.toThrow(/do not fit/);
    await expect(place.call({ items: [] }, about)).rejects.toThrow(/do not fit/);
  });

  it('knows the orders of the chat, and how far they are', async () => {
    const result = JSON.stringify({ order: 'W-1', items: ['1 tea'], total: '$3.30', name: 'Ann' });
    const time = { now: 1_000 };
    const shop = coffeeShop({
      ordersOf: async (userId, chatId) => (userId === 'ann' && chatId === 'c' ? [{ result, at: 1_000 }] : []),
      now: () => time.now,
    });
    const status = await toolOf(shop, 'order_status');
    const said = async () => JSON.parse(await status.call({ order: 'w-1' }, about))[0].status;
    expect(await said()).toBe('received');
    time.now += 60_000;
    expect(await said()).toBe('being made');
    time.now += 300_000;
    expect(await said()).toBe('ready at the counter');
    await expect(status.call({ order: 'W-9' }, about)).rejects.toThrow(/no order "W-9"/);
    expect(await status.call({}, { ...about, chatId: 'other' })).toMatch(/Nothing has been ordered/);
  });

  it('[K7] ships as a preset whose tools there are', () => {
    expect(presets[0]).toMatchObject({ title: 'Coffee shop', tools: ['coffee-shop'] });
  });
});

describe('[K3] the clock', () => {
  it('tells the time of a zone, and says what is no zone', async () => {
    const clock = await toolOf(
      timeTools(() => Date.UTC(2026, 10, 21, 20, 5)),
      'current_time',
    );
    expect(await clock.call({ zone: 'Asia/Tokyo' }, about)).toMatch(
      /^Sunday,? 22 November 2026 at 05:05:00 .*\(Asia\/Tokyo\)$/,
    );
    await expect(clock.call({ zone: 'Mars/Base' }, about)).rejects.toThrow(/no time zone "Mars\/Base"/);
  });
});

describe('[K8] search', () => {
  it('looks in the chats of whoever asks', async () => {
    const seen: string[] = [];
    const find = await toolOf(
      searchTools(async (userId, text) => {
        seen.push(`${userId}: ${text}`);
        const snippet = [
          { text: 'blue ', hit: false },
          { text: 'whales', hit: true },
        ];
        const about = { chatTitle: 'Sea', role: 'user' as const, createdAt: 0, why: ['words' as const] };
        return text === 'whales' ? [{ chatId: 'other', messageId: 'm', ...about, snippet }] : [];
      }),
      'search_chats',
    );
    expect(JSON.parse(await find.call({ words: 'whales' }, about))).toEqual([
      { chat: 'Sea', text: 'blue whales' },
    ]);
    expect(await find.call({ words: 'x' }, about)).toMatch(/Nothing was found/);
    expect(seen).toEqual(['ann: whales', 'ann: x']);
  });
});
