import { describe, expect, it } from 'vitest';
import { choiceInModel, directiveIn, withoutDirective } from './directive.ts';

const names = ['cut', 'cut-json', 'paced', '429', 'terminator'];

describe('a directive in a prompt', () => {
  it('[U44] names a script and its parameters, quoted or not', () => {
    const choice = directiveIn('say [[script:429 retryAfter="Wed, 21 Oct" times=2]] please');
    expect(choice?.script).toBe('429');
    expect(choice?.params.text('retryAfter')).toBe('Wed, 21 Oct');
    expect(choice?.params.number('times', 0)).toBe(2);
    expect(choice?.params.number('n', 7)).toBe(7);
  });

  it('[U44] is absent from ordinary text', () => {
    expect(directiveIn('see [[wiki:page]] and script: x')).toBe(null);
  });

  it('[U44] can be taken out of a prompt', () => {
    expect(withoutDirective('[[script:stall k=3]] hello ')).toBe('hello');
  });
});

describe('a scripted model name', () => {
  it.each([
    ['scripted-paced', 'paced', {}],
    ['scripted-paced-n50-d20-markABC', 'paced', { n: '50', d: '20', mark: 'ABC' }],
    ['scripted-cut-k3', 'cut', { k: '3' }],
    ['scripted-cut-json-k3', 'cut-json', { k: '3' }],
    ['scripted-429-times2-keyabc', '429', { times: '2', key: 'abc' }],
    ['scripted-terminator-finishnull-done0', 'terminator', { finish: 'null', done: '0' }],
    ['scripted-paced-n=5', 'paced', { n: '5' }],
  ])('[U44] %s', (model, script, values) => {
    const choice = choiceInModel(model, names);
    expect(choice?.script).toBe(script);
    for (const [key, value] of Object.entries(values)) expect(choice?.params.text(key)).toBe(value);
  });

  it.each(['gpt-4o', 'scripted-nope', 'scripted-pacedx'])('[U44] %s is none', (model) => {
    expect(choiceInModel(model, names)).toBe(null);
  });

  it('[U44] an unknown parameter is refused by name', () => {
    expect(() => choiceInModel('scripted-paced-zebra', names)).toThrow('zebra');
  });
});
