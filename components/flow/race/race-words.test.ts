import { describe, expect, it } from 'vitest';
import { fakeRace, fakeRun } from '#lib/client/fake-flow.ts';
import { examplePrompts, promptsOf, useRaceDraft, writePrompt } from './race-prompts.ts';
import { capWords, failuresOf, outcome, runWords } from './race-words.ts';

describe('the words of a race', () => {
  it('[C37] the outcome says both times and the factor, as the server measured them', () => {
    const race = fakeRace({ state: 'done', oneByOneMs: 15_170, atOnceMs: 4_100, speedUp: 3.7 });
    expect(outcome(race)).toBe('4.1\u00a0s instead of 15.2\u00a0s: 3.7 times as fast');
    expect(outcome({ ...race, speedUp: 1.02 })).toMatch(/no difference$/);
    expect(outcome({ ...race, speedUp: 0.8 })).toMatch(/0\.8 times as fast$/);
  });

  it('[C37] nothing is compared that was not measured', () => {
    expect(outcome(fakeRace({ oneByOneMs: 1_000 }))).toBeNull();
    for (const state of ['stopped', 'failed'] as const) {
      expect(outcome(fakeRace({ state, oneByOneMs: 2, atOnceMs: 1, speedUp: 2 }))).toMatch(
        /nothing to compare/,
      );
    }
  });

  it('[C37] the cap is said exactly when it is below the number of prompts', () => {
    expect(capWords(8, 8, null)).toBeNull();
    expect(capWords(9, 8, null)).toBe('at most 8 at once: WEIR_MAX_UPSTREAM');
    expect(capWords(9, 8, 2)).toBe('at most 2 at once: the limit of this model');
    expect(capWords(50, null, null)).toBeNull();
  });

  it('[C37] each cause of failure is said once, and a stop is none', () => {
    const failed = fakeRun({ state: 'failed', code: 'upstream_auth' });
    const stopped = fakeRun({ state: 'stopped', code: 'upstream_reset' });
    expect(failuresOf(fakeRace({ runs: [failed, failed, stopped] }))).toEqual([
      expect.stringContaining('refused our key'),
    ]);
  });

  it('[C37] a bar says the same in words', () => {
    const run = fakeRun({ state: 'running', askedAt: 0, startedAt: 100, firstTokenAt: 600 });
    expect(runWords(run)).toBe('Prompt 1: running, waited 0.1\u00a0s, first token after 0.5\u00a0s');
  });
});

describe('the prompts of a race', () => {
  const count = (wanted: number) => promptsOf({ written: [], count: wanted }).length;

  it('are 1 to 50, all of them worth asking', () => {
    expect([0, -1, Number.NaN, 2.5, 1e9].map(count)).toEqual([1, 1, 1, 2, 50]);
    expect(examplePrompts(50).every((prompt) => prompt.length > 20)).toBe(true);
  });

  it('fewer of them lose nothing that was written', () => {
    useRaceDraft.setState({ count: 3 });
    writePrompt(2, 'mine');
    useRaceDraft.setState({ count: 2 });
    writePrompt(0, 'first');
    expect(promptsOf(useRaceDraft.getState())).toEqual(['first', examplePrompts(2)[1]]);
    useRaceDraft.setState({ count: 4 });
    expect(promptsOf(useRaceDraft.getState()).slice(2)).toEqual(['mine', examplePrompts(4)[3]]);
  });
});
