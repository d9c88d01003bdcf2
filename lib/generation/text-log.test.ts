import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextLog } from './text-log.ts';

it('[G10] reads the same text from any offset, however it was cut on arrival', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3_000 })), fc.nat(), (deltas, at) => {
      const log = new TextLog('before ');
      for (const delta of deltas) log.append(delta);
      const whole = `before ${deltas.join('')}`;
      expect(log.length).toBe(whole.length);
      expect(log.slice(at % (whole.length + 1))).toBe(whole.slice(at % (whole.length + 1)));
      expect(log.toString()).toBe(whole);
    }),
  );
});

it('[F23] [G11] holds half a surrogate pair back until its other half arrives', () => {
  const log = new TextLog();
  expect(log.append('a\ud83d')).toBe(true);
  expect(log.toString()).toBe('a');
  expect(log.append('\ude00b')).toBe(true);
  expect(log.toString()).toBe('a😀b');
});

it('[F23] [G11] is well-formed and free of NUL whatever arrives, so that it can be stored as it is shown', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' })),
      fc.array(fc.integer({ min: 0, max: 0xffff })),
      (texts, units) => {
        const log = new TextLog();
        for (const text of texts) log.append(text);
        for (const unit of units) log.append(String.fromCharCode(unit));
        const before = log.toString();
        expect(before.isWellFormed()).toBe(true);
        log.close();
        expect(log.toString().startsWith(before)).toBe(true);
        expect(log.toString()).not.toContain('\0');
        expect(log.toString().isWellFormed()).toBe(true);
      },
    ),
  );
});

it('[G11] a pair whose second half never comes ends as U+FFFD', () => {
  const log = new TextLog();
  log.append('x\ud83d');
  log.close();
  expect(log.toString()).toBe('x\ufffd');
});
