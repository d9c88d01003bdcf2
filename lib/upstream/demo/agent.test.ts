import { describe, expect, it } from 'vitest';
import { demoMove } from './agent.ts';
import { chatRequest } from './request.ts';

const all = [
  'current_time',
  'calculate',
  'convert_units',
  'search_chats',
  'coffee_menu',
  'place_order',
  'order_status',
];

function move(content: string, names = all, after: object[] = []) {
  const tools = names.map((name) => ({ type: 'function', function: { name } }));
  return demoMove(
    chatRequest({ model: 'weir-demo', messages: [{ role: 'user', content }, ...after], tools }),
  );
}

function calls(content: string, names = all): unknown[] {
  const found = move(content, names);
  return found?.kind === 'call'
    ? found.calls.map(({ name, arguments: args }) => [name, JSON.parse(args)])
    : [];
}

describe('[U55] the demo with tools', () => {
  it.each([
    ['What time is it?', [['current_time', {}]]],
    ['what time is it in Tokyo', [['current_time', { zone: 'Asia/Tokyo' }]]],
    ['How much is 12*7?', [['calculate', { expression: '12*7' }]]],
    ['17.5% of 4,280 please', [['calculate', { expression: '17.5% of 4280' }]]],
    ['5 miles in km', [['convert_units', { value: 5, from: 'miles', to: 'km' }]]],
    ['search my chats for blue whales', [['search_chats', { words: 'blue whales' }]]],
    ["What's on the menu?", [['coffee_menu', {}]]],
    [
      'A large latte with oat milk and two teas for Ann',
      [
        [
          'place_order',
          {
            items: [
              { drink: 'latte', size: 'large', milk: 'oat', count: 1 },
              { drink: 'tea', count: 2 },
            ],
            name: 'Ann',
          },
        ],
      ],
    ],
    ['Where is my order?', [['order_status', {}]]],
  ])('makes of "%s" the call that a model would make', (asked, expected) => {
    expect(calls(asked)).toEqual(expected);
  });

  it('calls several at once', () => {
    const names = calls('What time is it in Tokyo, and how much is 17.5% of 4,280?').map(
      (one) => (one as [string])[0],
    );
    expect(names).toEqual(['current_time', 'calculate']);
  });

  it('calls only what is offered', () => {
    expect(calls('What time is it, and 12*7?', ['calculate'])).toEqual([
      ['calculate', { expression: '12*7' }],
    ]);
    expect(move('What time is it?', ['calculate'])).toBeNull();
  });

  it('answers from the results, and says what it is', () => {
    const after = [
      { role: 'assistant', content: null },
      { role: 'tool', content: '84' },
    ];
    const said = move('12*7', all, after);
    expect(said).toMatchObject({ kind: 'say', text: expect.stringMatching(/\*\*84\*\*[\s\S]*demo/) });
  });
});
