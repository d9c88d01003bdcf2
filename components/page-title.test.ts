import { describe, expect, it } from 'vitest';
import { pageTitle } from './page-title.tsx';

describe('pageTitle', () => {
  it('counts what waits to be read and marks an answer that is being made', () => {
    expect(pageTitle({ unread: 0, isRunning: false, title: '' })).toBe('Weir');
    expect(pageTitle({ unread: 2, isRunning: true, title: 'Dal' })).toBe('(2) ● Dal · Weir');
  });
});
