import { describe, expect, it } from 'vitest';
import { suggested, suggestions } from './suggestions.ts';

const openers = ["What's on the menu?", 'What time is it?'];
const [first] = openers;
const [, explain, review] = suggestions;

describe('[C97] what a person has typed survives a press on something to begin with', () => {
  it('a preset leaves it alone, also when it is taken off again', () => {
    expect(suggested('Two teas, please', first ?? '', openers)).toBe('Two teas, please');
    expect(suggested('Two teas, please', '', openers)).toBe('Two teas, please');
  });

  it('a suggestion goes above it', () => {
    expect(suggested('let x = y', review.text, openers)).toBe(`${review.text}let x = y`);
  });

  it('nothing, and words of ours, make way', () => {
    expect(suggested(' \n', explain.text, openers)).toBe(explain.text);
    expect(suggested(explain.text, review.text, openers)).toBe(review.text);
    expect(suggested(first ?? '', openers[1] ?? '', openers)).toBe(openers[1]);
    expect(suggested(first ?? '', '', openers)).toBe('');
  });
});
