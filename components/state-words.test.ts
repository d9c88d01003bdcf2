import { describe, expect, it } from 'vitest';
import type { GenerationState } from '#lib/wire/chat.ts';
import { failureCode } from '#lib/wire/error-code.ts';
import { stateWords } from './state-words.ts';

const label = (state: GenerationState, ms = 0) => stateWords(state, ms)?.label ?? null;

describe('stateWords', () => {
  it('says the place in the queue and the estimate once they are known', () => {
    expect(label({ name: 'queued', position: null, etaMs: null })).toBe('Queued');
    expect(stateWords({ name: 'queued', position: 3, etaMs: 20_000 }, 12_000)).toMatchObject({
      label: 'Queued, position 3',
      detail: 'about 15 s',
    });
  });

  it('[C28] counts an estimate down, and is silent about one that has passed', () => {
    const state: GenerationState = { name: 'queued', position: 3, etaMs: 20_000 };
    expect(stateWords(state, 200)?.detail).toBe('about 1 s');
    expect(stateWords(state, 0)).toMatchObject({ label: 'Queued, position 3', detail: null });
    expect(stateWords(state, null)?.detail).toBeNull();
  });

  it('[C28] asks nobody to retry while it retries by itself', () => {
    for (const code of failureCode.options) {
      const detail = stateWords({ name: 'retrying', attempt: 2, inMs: 4_000, code }, 4_000)?.detail;
      expect(detail).toMatch(/^[A-Z].*\.$/);
      expect(detail).not.toMatch(/retry|check|pick/i);
    }
  });

  it('[C26] says that nothing was sent where the server does not know of it', () => {
    const queued: GenerationState = { name: 'queued', position: null, etaMs: null };
    expect(stateWords(queued, 0, 'unsent')?.label).toBe('Not sent yet');
  });

  it('[C26] says what was when the connection was lost, without counting on', () => {
    const lost = 'when the connection was lost';
    const retry: GenerationState = { name: 'retrying', attempt: 2, inMs: 4_000, code: 'upstream_overloaded' };
    expect(stateWords({ name: 'queued', position: 2, etaMs: 9_000 }, 0, 'old')).toMatchObject({
      label: 'Queued, position 2',
      detail: lost,
    });
    expect(stateWords(retry, 3_200, 'old')).toMatchObject({
      label: 'Retrying',
      short: 'Retrying',
      detail: lost,
    });
    expect(stateWords({ name: 'streaming' }, 0, 'old')).toMatchObject({ tone: 'wait', detail: lost });
    expect(stateWords({ name: 'stopping' }, 0, 'old')?.detail).toBe('when the connection is back');
    expect(stateWords({ name: 'stopped' }, 0, 'old')).toEqual(stateWords({ name: 'stopped' }, 0));
  });

  it('[F1] counts a retry down to now and says why', () => {
    const state: GenerationState = { name: 'retrying', attempt: 2, inMs: 4_000, code: 'upstream_overloaded' };
    expect(label(state, 3_200)).toBe('Retrying in 4 s');
    expect(label(state, -50)).toBe('Retrying now');
    expect(stateWords(state, 1)?.detail).toContain('overloaded');
  });

  it('[F19] [F20] is silent about an answer that ended as it should, and only then', () => {
    expect(label({ name: 'done', finish: 'stop' })).toBeNull();
    expect(label({ name: 'done', finish: 'length' })).toBe('Cut at the length limit');
    expect(label({ name: 'done', finish: 'content_filter' })).toContain('content filter');
    expect(label({ name: 'stopped' })).toBe('Stopped');
  });

  it('gives every failure its sentence', () => {
    expect(stateWords({ name: 'failed', code: 'upstream_auth' }, 0)).toMatchObject({
      label: 'Failed',
      tone: 'bad',
    });
    expect(stateWords({ name: 'interrupted', code: 'server_stopped' }, 0)?.detail).toContain('restarted');
  });
});
