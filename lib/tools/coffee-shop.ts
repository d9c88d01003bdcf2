import * as z from 'zod';
import { ownTool, ownToolset } from './own-tool.ts';
import { ToolFault, type ToolSource } from './tool.ts';

/** What the shop knows of a chat: its orders, as `place_order` answered them, oldest first. */
export type OrdersOf = (userId: string, chatId: string) => Promise<readonly { result: string; at: number }[]>;

export interface CoffeeShopPorts {
  ordersOf: OrdersOf;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Prices in cents, of a small one. */
const menu = [
  { drink: 'espresso', price: 250 },
  { drink: 'americano', price: 300 },
  { drink: 'cappuccino', price: 380 },
  { drink: 'latte', price: 400 },
  { drink: 'mocha', price: 450 },
  { drink: 'tea', price: 280 },
] as const;
const drinks = menu.map(({ drink }) => drink);
const sizes = { small: 0, medium: 50, large: 100 } as const;
const milks = { none: 0, whole: 0, oat: 60, soy: 60 } as const;

const item = z.object({
  drink: z.enum(drinks),
  size: z.enum(['small', 'medium', 'large']).default('medium'),
  milk: z.enum(['none', 'whole', 'oat', 'soy']).default('none'),
  count: z.int().min(1).max(10).default(1),
});
type Item = z.infer<typeof item>;

const order = z.object({
  order: z.string(),
  items: z.array(z.string()),
  total: z.string(),
  name: z.string(),
});

const RECEIVED_MS = 30_000;
const MADE_MS = 3 * 60_000;
const title = 'Coffee shop';

/** The usual example of an agent: it takes orders. What was ordered is what the chat's own calls say. */
export function coffeeShop(ports: CoffeeShopPorts): ToolSource {
  const about = { id: 'coffee-shop', title, description: 'An example: the till of a small coffee shop' };
  return ownToolset(about, [menuTool(), orderTool(), statusTool(ports)]);
}

function menuTool() {
  const lines = [
    ...menu.map(({ drink, price }) => `${drink}: ${money(price)} small`),
    'medium +$0.50, large +$1.00; oat or soy milk +$0.60',
  ];
  return ownTool({
    name: 'coffee_menu',
    title: 'Coffee shop: menu',
    description: 'What the shop sells and what it costs.',
    schema: z.object({}),
    run: () => lines.join('\n'),
  });
}

function orderTool() {
  return ownTool({
    name: 'place_order',
    title: 'Coffee shop: place order',
    description:
      'Places an order for good. Only after the guest has said what they want and agreed to the total.',
    changesThings: true,
    schema: z.object({
      items: z.array(item).min(1).max(10),
      name: z.string().min(1).max(40).default('Guest').describe('Name to call out'),
    }),
    run({ items, name }, { callId }) {
      const total = items.reduce((sum, one) => sum + priceOf(one), 0);
      const placed = { order: numberOf(callId), items: items.map(words), total: money(total), name };
      return JSON.stringify(placed satisfies z.infer<typeof order>);
    },
  });
}

function statusTool({ ordersOf, now }: CoffeeShopPorts) {
  return ownTool({
    name: 'order_status',
    title: 'Coffee shop: order status',
    description: 'How far the orders of this chat are.',
    schema: z.object({ order: z.string().max(40).optional().describe('Its number; left out: all') }),
    async run({ order: wanted }, { userId, chatId }) {
      const placed = (await ordersOf(userId, chatId)).flatMap(({ result, at }) => {
        const known = order.safeParse(JSON.parse(result));
        return known.success ? [{ ...known.data, status: statusAfter(now() - at) }] : [];
      });
      const meant = placed.filter((one) => wanted === undefined || one.order === wanted.toUpperCase());
      if (meant.length > 0) return JSON.stringify(meant);
      if (wanted === undefined) return 'Nothing has been ordered in this chat.';
      throw new ToolFault(`There is no order ${JSON.stringify(wanted)} in this chat.`);
    },
  });
}

function statusAfter(ms: number): string {
  if (ms < RECEIVED_MS) return 'received';
  return ms < MADE_MS ? 'being made' : 'ready at the counter';
}

function priceOf({ drink, size, milk, count }: Item): number {
  const base = menu.find((one) => one.drink === drink)?.price ?? 0;
  return count * (base + sizes[size] + milks[milk]);
}

const words = ({ count, size, drink, milk }: Item) =>
  `${count} ${size} ${drink}${milk === 'none' ? '' : ` with ${milk} milk`}`;

/** Two calls never share one, and the same call never has two. */
const numberOf = (callId: string) => `W-${callId.replaceAll('-', '').slice(-5).toUpperCase()}`;

const money = (cents: number) => `$${(cents / 100).toFixed(2)}`;
