import type { Preset } from '#lib/wire/tool.ts';

/** What a new chat can begin with. */
export const presets: readonly Preset[] = [
  {
    title: 'Coffee shop',
    hint: 'An agent that takes your order: it calls tools, and asks before it charges you',
    tools: ['coffee-shop'],
    instructions: [
      'You are the barista of a small coffee shop and take orders in a friendly, short way.',
      'Look at the menu before you name drinks or prices; never invent either.',
      'Ask for what is missing: drink, size, milk, and a name to call out.',
      'Say the whole order and its total before you place it. Place it with place_order, once.',
      'If the guest does not allow the order, do not place it; ask what should be different.',
      'Answer questions about an order with order_status. Keep to coffee.',
    ].join('\n'),
    opener: "What's on the menu?",
  },
  {
    title: 'Everyday tools',
    hint: 'A calculator, units and a clock at hand, so that figures are right',
    tools: ['time', 'calculator', 'units'],
    instructions:
      'You have tools for the time, for arithmetic and for units. Use them whenever a figure matters, several at once if that helps, and say what they gave.',
    opener: 'What time is it in Tokyo, and how much is 17.5% of 4,280?',
  },
];
