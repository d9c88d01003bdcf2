import { type DemoCall, roundsOf } from './calls.ts';
import { type ChatRequest, type ChatTurn, lastUserText } from './request.ts';

/** What the demo does when it has tools: it recognises a few questions, and says that it only does that. */
export type Move =
  | { readonly kind: 'call'; readonly say: string; readonly calls: readonly DemoCall[] }
  | { readonly kind: 'say'; readonly text: string };

const note =
  '\n\n*(The tools are real. I am the demo, no model: I recognise a few questions and pass on what the tools say.)*';

/** Null for what is no question for the tools: then the demo says what it says to everybody. */
export function demoMove({ toolNames, messages }: ChatRequest): Move | null {
  const results = roundsOf(messages).flat();
  const asked = lastUserText(messages);
  if (results.length > 0) return { kind: 'say', text: reply(results) };
  if (toolNames.length === 0) return null;
  const may = (name: string) => toolNames.includes(name);
  const calls = recognisers.flatMap(([name, find]) => (may(name) ? find(asked, messages) : [])).slice(0, 4);
  if (calls.length > 0) return { kind: 'call', say: sayingOf(calls), calls };
  return may('coffee_menu') ? { kind: 'say', text: barista } : null;
}

const barista = `Welcome! I am the demo barista: I understand *what's on the menu*, orders like *a large latte with oat milk*, and \
*where is my order*. Connect a model for a barista that understands everything.`;

function sayingOf(calls: readonly DemoCall[]): string {
  if (calls.some(({ name }) => name === 'place_order'))
    return 'Gladly. I ring that up; allow the order and it is placed.';
  return calls.length > 1 ? 'I ask the tools, all at once.' : '';
}

type Recognise = (asked: string, turns: readonly ChatTurn[]) => DemoCall[];

const call = (name: string, args: object): DemoCall => ({ name, arguments: JSON.stringify(args) });

const zones: Readonly<Record<string, string>> = {
  tokyo: 'Asia/Tokyo',
  london: 'Europe/London',
  paris: 'Europe/Paris',
  berlin: 'Europe/Berlin',
  'new york': 'America/New_York',
  'san francisco': 'America/Los_Angeles',
  sydney: 'Australia/Sydney',
  utc: 'UTC',
};

const recognisers: readonly (readonly [string, Recognise])[] = [
  ['current_time', time],
  ['calculate', arithmetic],
  ['convert_units', conversion],
  ['search_chats', search],
  [
    'coffee_menu',
    (asked) => (/\b(menu|sell|do you have|offer|prices?)\b/i.test(asked) ? [call('coffee_menu', {})] : []),
  ],
  ['place_order', order],
  [
    'order_status',
    (asked) =>
      /\b(status|ready|where.*order|my order|how long)\b/i.test(asked) ? [call('order_status', {})] : [],
  ],
];

function time(asked: string): DemoCall[] {
  if (!/\b(what(’|')?s? (is )?(the )?(time|date|day)|time is it|what day|time in|date today)\b/i.test(asked))
    return [];
  const city = Object.keys(zones).find((name) => asked.toLowerCase().includes(name));
  return [call('current_time', city === undefined ? {} : { zone: zones[city] })];
}

const numeral = String.raw`\d[\d,]*(?:\.\d+)?`;
const percentPattern = new RegExp(`(${numeral})\\s*% of (${numeral})`, 'i');
const sumPattern = /[(\d][\d\s.,()]*(?:[-+*/^×÷x][\d\s.,()]+)+/i;

function arithmetic(asked: string): DemoCall[] {
  const percent = percentPattern.exec(asked);
  const found = percent?.[0] ?? sumPattern.exec(asked)?.[0];
  if (found === undefined || !/\d/.test(found)) return [];
  const expression = found
    .replaceAll(',', '')
    .replace(/x/gi, '*')
    .replace(/[.\s]+$/, '');
  return [call('calculate', { expression })];
}

function conversion(asked: string): DemoCall[] {
  const found =
    /(-?\d[\d,]*(?:\.\d+)?)\s*(°?[a-z]+(?:\/[a-z])?)\s+(?:in|to|into|as)\s+(°?[a-z]+(?:\/[a-z])?)/i.exec(
      asked,
    );
  if (found === null) return [];
  const [, value = '', from, to] = found;
  return [call('convert_units', { value: Number(value.replaceAll(',', '')), from, to })];
}

function search(asked: string): DemoCall[] {
  const found =
    /\b(?:search|find|look up|where did (?:i|we)(?: say| talk about| mention)?)\b(?: (?:for|my chats for|in my chats for))?\s+(.+)/i.exec(
      asked,
    );
  const words = (found?.[1] ?? '').replace(/["“”?.!]/g, '').trim();
  return words === '' ? [] : [call('search_chats', { words: words.slice(0, 200) })];
}

const drinkPattern =
  /(?:\b(\d+|an?|one|two|three)\s+)?(?:(small|medium|large)\s+)?\b(espresso|americano|cappuccino|latte|mocha|tea)s?\b(?:\s+with\s+(oat|soy|whole)(?:\s+milk)?)?/gi;
const counts: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3 };

function order(asked: string): DemoCall[] {
  if (/\b(menu|price|cost|status|ready|where)\b/i.test(asked)) return [];
  const items = [...asked.matchAll(drinkPattern)]
    .slice(0, 10)
    .map(([, count = '1', size, drink = '', milk]) => ({
      drink: drink.toLowerCase(),
      ...(size === undefined ? {} : { size: size.toLowerCase() }),
      ...(milk === undefined ? {} : { milk: milk.toLowerCase() }),
      count: Math.min(10, Number(count) || counts[count.toLowerCase()] || 1),
    }));
  if (items.length === 0) return [];
  const name = /\bfor ([A-Z][a-z]+)\b/.exec(asked)?.[1];
  return [call('place_order', { items, ...(name === undefined ? {} : { name }) })];
}

function reply(results: readonly string[]): string {
  const lines = results.map((text) => {
    if (/^The person did not allow/.test(text)) return 'Then I leave it. What should be different?';
    const order = orderIn(text);
    if (order !== null) return order;
    return text.includes('\n')
      ? text
          .split('\n')
          .map((line) => `- ${line}`)
          .join('\n')
      : `**${text}**`;
  });
  return lines.join('\n\n') + note;
}

/** The one shape of a result that is worth a sentence: an order, or several. */
function orderIn(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const orders = (Array.isArray(value) ? value : [value]).filter(isOrder);
  if (orders.length === 0) return null;
  return orders
    .map(
      ({ order, items, total, status }) =>
        `Order **${order}**: ${items.join(', ')}. ${total}${status ? `, ${status}` : ', thank you!'}`,
    )
    .join('\n\n');
}

function isOrder(
  value: unknown,
): value is { order: string; items: string[]; total: string; status?: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'order' in value &&
    'items' in value &&
    Array.isArray(value.items)
  );
}
