import { describe, expect, it } from 'vitest';
import { scriptedUpstream } from './house-fixture.ts';
import { cutsOf, tortureOf } from './torture.ts';

/** The event stream format of the HTML standard, on a whole transcript. */
function readTranscript(bytes: Uint8Array): string {
  const lines = new TextDecoder('utf-8', { fatal: true }).decode(bytes).split(/\r\n|\r|\n/);
  const payloads: string[] = [];
  let data: string[] = [];
  for (const line of lines) {
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    if (line !== '' || data.length === 0) continue;
    payloads.push(data.join('\n'));
    data = [];
  }
  expect(payloads.at(-1)).toBe('[DONE]');
  return payloads
    .slice(0, -1)
    .map((payload) => JSON.parse(payload).choices[0].delta.content ?? '')
    .join('');
}

describe('the torture transcript', () => {
  it.each([{}, { halves: true }, { nul: true }])('[U45] is legal and says its text, with %o', (options) => {
    const { bytes, text } = tortureOf(options);
    expect(readTranscript(bytes)).toBe(text);
    expect(text.includes('\u0000')).toBe('nul' in options);
    expect(text.isWellFormed()).toBe(true);
  });

  it('[U45] has every line end, a BOM, a comment, data over two lines and no space after a colon', () => {
    const transcript = Buffer.from(tortureOf().bytes).toString();
    for (const feature of [
      /^\uFEFF/,
      /\r\n\r\n/,
      /\r\r/,
      /\n\n/,
      /^: /m,
      /,[\r\n]+data: "choices"/,
      /^data:\{/m,
    ]) {
      expect(transcript).toMatch(feature);
    }
  });

  it('[U45] every way of cutting keeps every byte', () => {
    const { bytes } = tortureOf();
    const ways = [cutsOf(bytes, null, null), cutsOf(bytes, null, 7)];
    for (let at = 0; at <= bytes.length; at++) ways.push(cutsOf(bytes, at, null));
    for (const parts of ways) expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    expect(cutsOf(bytes, null, 7)).toEqual(cutsOf(bytes, null, 7));
    expect(cutsOf(bytes, null, 7)).not.toEqual(cutsOf(bytes, null, 8));
  });
});

describe('torture over the wire', () => {
  const upstream = scriptedUpstream();

  it.each(['torture', 'torture seed=3', 'torture at=11'])(
    '[U45] %s arrives in the pieces that were sent',
    async (script) => {
      const { server, ask } = upstream();
      const heard = await ask(`[[script:${script}]]`);
      const { bytes, text } = tortureOf();
      expect(Buffer.concat([...heard.chunks]).equals(bytes)).toBe(true);
      expect(server.control.calls()[0]).toMatchObject({ sentText: text, outcome: 'finished' });
      const least = { torture: bytes.length, 'torture seed=3': 20, 'torture at=11': 2 }[script];
      expect(heard.chunks.length).toBeGreaterThanOrEqual(least ?? 0);
    },
  );
});
