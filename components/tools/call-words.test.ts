import { expect, it } from 'vitest';
import { overt, readable } from './call-words.ts';

it('[K19] what a call says cannot be made to read in another order than it is', () => {
  const [turned, end] = ['\u202e', '\u2069'];
  expect(overt(`Save ${turned}gnihtyreve eteled`)).toBe('Save [U+202E]gnihtyreve eteled');
  expect(readable(JSON.stringify({ to: `ann${turned}moc.live@${end}` }))).toContain(
    'ann[U+202E]moc.live@[U+2069]',
  );
  expect(readable(`no JSON ${turned}`)).toBe('no JSON [U+202E]');
  expect(readable('שלום, مرحبا')).toBe('שלום, مرحبا');
});
