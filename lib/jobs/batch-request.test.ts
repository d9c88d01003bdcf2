import { describe, expect, it } from 'vitest';
import { bodyProblem, modelRequestOf } from './batch-request.ts';

const messages = [{ role: 'user', content: 'hello' }];

describe('a request of a batch', () => {
  it.each([1, 9, 1_000_000])('[J36] may want an answer of %s tokens', (max_tokens) => {
    expect(bodyProblem({ model: 'm', messages, max_tokens })).toBeNull();
  });

  it.each([0, -1, 1.5, 1_000_001, 1e308, '9', true])('[J36] may not want one of %s', (wish) => {
    expect(bodyProblem({ model: 'm', messages, max_tokens: wish })).toContain('`body.max_tokens` must be');
    expect(bodyProblem({ model: 'm', messages, max_completion_tokens: wish })).toContain(
      'whole number from 1',
    );
  });

  it('[J36] can have no tools: nobody is there to answer their calls', () => {
    expect(bodyProblem({ model: 'm', messages, tools: [] })).toContain('`body.tools`');
  });

  it('[J36] takes its settings along to the model server, and nothing else', () => {
    const options = {
      max_tokens: 9,
      temperature: 0,
      top_p: null,
      user: 'anna',
      stop: ['x'],
      base_url: 'http://x',
    };
    expect(modelRequestOf({ model: 'm', messages: [{ role: 'user', content: 'hello' }], options })).toEqual({
      messages,
      maxTokens: 9,
      settings: { temperature: 0, stop: ['x'] },
    });
  });
});
