import { describe, expect, it } from 'vitest';
import { safeAddress } from './safety.ts';

describe('safeAddress', () => {
  it('lets through http, https, mailto and places in the text', () => {
    for (const href of ['https://a.example/b', 'http://a.example', 'mailto:a@b.example', '#fn-1'])
      expect(safeAddress(href)).toBe(href);
  });

  it('refuses every other scheme, relative addresses and disguises', () => {
    for (const href of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\nscript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://a/b',
      '/api/thing',
      '//evil.example',
      '',
      undefined,
    ])
      expect(safeAddress(href)).toBeNull();
  });
});
