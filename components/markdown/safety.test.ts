import { describe, expect, it } from 'vitest';
import { safeAddress } from './safety.ts';

describe('safeAddress', () => {
  it('[F140] lets through http, https, mailto and places in the text', () => {
    for (const href of ['https://a.example/b', 'http://a.example', 'mailto:a@b.example', '#fn-1'])
      expect(safeAddress(href)).toBe(href);
  });

  it('[F140] refuses every other scheme, relative addresses and disguises', () => {
    for (const href of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\nscript:alert(1)',
      'java\tscript:alert(1)',
      'java\r\nscript:alert(1)',
      '\u0001javascript:alert(1)',
      '\u0000javascript:alert(1)',
      'javascript&colon;alert(1)',
      'javascript%3aalert(1)',
      'feed:javascript:alert(1)',
      'view-source:https://a.example',
      'filesystem:https://a.example/x',
      'intent://a#Intent;end',
      'ws://a.example',
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
