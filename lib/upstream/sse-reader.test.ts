import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UpstreamFailure } from './model.ts';
import { SseReader } from './sse-reader.ts';

type Event = [data: string, name: string];

function read(parts: readonly Uint8Array[], limit?: number): Event[] {
  const events: Event[] = [];
  const reader = new SseReader((data, name) => events.push([data, name]), limit);
  for (const part of parts) reader.feed(Buffer.from(part));
  reader.end();
  return events;
}

const readText = (text: string) => read([Buffer.from(text)]);
const one = (data: string, name = ''): Event[] => [[data, name]];

describe('an event stream', () => {
  it.each<[claim: string, text: string, events: Event[]]>([
    [
      'LF, CRLF and CR end a line',
      'data: a\n\ndata: b\r\n\r\ndata: c\r\r',
      [
        ['a', ''],
        ['b', ''],
        ['c', ''],
      ],
    ],
    ['the space after the colon may be missing', 'data:a\n\n', one('a')],
    ['only one space is taken', 'data:  a \n\n', one(' a ')],
    ['data over several lines is joined', 'data: {\ndata:\ndata: }\n\n', one('{\n\n}')],
    ['a field without a colon is empty', 'data\ndata\n\n', one('\n')],
    [
      'a name belongs to its event only',
      'event: error\ndata: a\n\ndata: b\n\n',
      [
        ['a', 'error'],
        ['b', ''],
      ],
    ],
    [
      'comments, ids and unknown fields are nothing',
      ': ping\nid: 1\nretry: 5\nfoo\ndatax: 1\ndata: a\n\n: x\n\n',
      one('a'),
    ],
    ['an event without data is none', 'event: ping\n\ndata: a\n\n', one('a')],
    ['a byte order mark at the start is nothing', '\uFEFFdata: a\n\n', one('a')],
    ['a byte order mark elsewhere is text', 'data: \uFEFFa\n\n', one('\uFEFFa')],
    [
      'the last event counts without its blank line',
      'data: a\n\ndata: b\n',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    [
      'the last line counts without its end',
      'data: a\n\ndata: b',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    [
      'mixed line ends',
      'data: a\r\n\ndata: b\n\r\n\r',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    ['line separators of Unicode end nothing', 'data: a\u2028b\u0085c\n\n', one('a\u2028b\u0085c')],
  ])('[F23] [U1] %s', (_claim, text, events) => {
    expect(readText(text)).toEqual(events);
  });

  it('[U13] one event or comment beyond the limit ends it, whole or in pieces', () => {
    const limit = 1000;
    const text = 'x'.repeat(300);
    const tooLarge = expect.objectContaining({ code: 'answer_too_large' });
    for (const line of [`data: ${text}\n`, text, `: ${text}`]) {
      const parts = Array.from({ length: 5 }, () => Buffer.from(line));
      let thrown: unknown = null;
      try {
        read(parts, limit);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(UpstreamFailure);
      expect(thrown).toEqual(tooLarge);
    }
    expect(read([Buffer.from(`data: ${text}\n\n`.repeat(50))], limit)).toHaveLength(50);
  });
});

/** Bytes that are close to the edges: line ends, fields, characters of every length, and broken UTF-8. */
const scrap = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\r\n\r\n',
    'data:',
    'data: ',
    'event: e',
    ':',
    '\uFEFF',
    '[DONE]',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const bytesOf = fc
  .array(
    fc.oneof(
      scrap.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }).map((raw) => Buffer.from(raw)),
    ),
  )
  .map((parts) => Buffer.concat(parts));

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

it('[F23] [U1] any cutting of any bytes gives the same events', () => {
  const property = fc.property(bytesOf, fc.array(fc.nat(500), { maxLength: 30 }), (bytes, places) => {
    const whole = read([bytes]);
    expect(read(cut(bytes, places))).toEqual(whole);
    expect(read(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(whole);
  });
  fc.assert(property, { numRuns: 2000 });
});

it('[F23] [U1] every cut of one transcript in two gives the same events', () => {
  const text =
    '\uFEFFdata: Grüße 👩‍👧 日本\r\n\r\n: 👋\rdata:{"a":\r\ndata: 1}\n\nevent: x\r\ndata: é\r\r\ndata: [DONE]';
  const bytes = Buffer.from(text);
  const whole = read([bytes]);
  expect(whole.map(([data]) => data)).toEqual(['Grüße 👩‍👧 日本', '{"a":\n1}', 'é', '[DONE]']);
  for (let at = 0; at <= bytes.length; at++) expect(read(cut(bytes, [at]))).toEqual(whole);
});
