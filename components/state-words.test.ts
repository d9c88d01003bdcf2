import { describe, expect, it } from 'vitest';
import type { GenerationState } from '#lib/wire/chat.ts';
import { stateWords } from './state-words.ts';

const label = (state: GenerationState, ms = 0) => stateWords(state, ms)?.label ?? null;

describe('stateWords', () => {
  it('says the place in the queue and the estimate once they are known', () => {
    expect(label({ name: 'queued', position: null, etaMs: null })).toBe('Queued');
    expect(stateWords({ name: 'queued', position: 3, etaMs: 12_000 }, 0)).toMatchObject({
      label: 'Queued, position 3',
      detail: 'about 15 s',
    });
  });

  it('says that nothing was sent where there is no connection and no place in the queue', () => {
    expect(stateWords({ name: 'queued', position: null, etaMs: null }, 0, true)?.label).toBe('Not sent yet');
    expect(stateWords({ name: 'queued', position: 2, etaMs: null }, 0, true)?.label).toBe(
      'Queued, position 2',
    );
  });

  it('counts a retry down to now and says why', () => {
    const state: GenerationState = { name: 'retrying', attempt: 2, inMs: 4_000, code: 'upstream_overloaded' };
    expect(label(state, 3_200)).toBe('Retrying in 4 s');
    expect(label(state, -50)).toBe('Retrying now');
    expect(stateWords(state, 1)?.detail).toContain('overloaded');
  });

  it('is silent about an answer that ended as it should, and only then', () => {
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
