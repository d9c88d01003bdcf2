import { expect, it } from 'vitest';
import { analysisText } from './analysis.ts';
import { textIn } from './caller.ts';
import { scriptedUpstream } from './house-fixture.ts';

const upstream = scriptedUpstream();
const text = 'The weir was built in 1890. People love it. The gate is slow and often broken.';
const prompt = `<text-0a1b>\n${text}\n</text-0a1b>`;

it('[U53] analyses are counted and quoted from the text, and every answer says that it is the demo', () => {
  expect(analysisText('summary', prompt)).toContain('The weir was built in 1890.\n\n- People love it.');
  expect(analysisText('sentiment', prompt)).toMatch(
    /^\*\*Mixed\*\*\n\n.*praise: love\..*complaint: slow, broken\./,
  );
  expect(analysisText('facts', prompt)).toMatch(/^- The weir was built in 1890\.\n\n/);
  expect(analysisText('question', `The question: Is the gate fast?\n\n${prompt}`)).toMatch(
    /^> The gate is slow and often broken\.\n\n/,
  );
  for (const kind of ['summary', 'sentiment', 'facts', 'question'] as const) {
    expect(analysisText(kind, prompt)).toContain('From the demo, which is no model');
    expect(analysisText(kind, '<text-0>\n\n</text-0>')).toContain('From the demo');
  }
});

it('[U53] an analysis is known by its system text; a script in it is played all the same', async () => {
  const messages = (user: string) => [
    { role: 'system', content: 'weir-analysis:facts\n\nList the key facts.' },
    { role: 'user', content: user },
  ];
  const { ask } = upstream();
  expect(textIn((await ask('', { messages: messages(prompt) })).body)).toContain(
    '- The weir was built in 1890.',
  );
  expect(textIn((await ask('', { messages: messages('[[script:paced n=2 d=0]]') })).body)).toBe('w0 w1');
});
