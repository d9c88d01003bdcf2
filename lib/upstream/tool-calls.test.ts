import { describe, expect, it } from 'vitest';
import { Answer } from './answer.ts';
import { Dialect } from './dialect.ts';
import type { ToolCallDelta } from './model-request.ts';

/** Reads those events; gives the calls heard, and the ending. */
function read(...deltas: object[]) {
  const calls: ToolCallDelta[] = [];
  const sink = {
    text: () => undefined,
    reasoning: () => undefined,
    toolCall: (call: ToolCallDelta) => calls.push(call),
  };
  const answer = new Answer(sink, { content: () => undefined, finished: () => undefined }, 1_000);
  for (const choice of deltas) answer.event(JSON.stringify({ choices: [choice] }), '');
  return { calls, ending: answer.ending() };
}

describe('calls of tools', () => {
  it('[U50] that a server ends with stop are a complete answer all the same', () => {
    const { calls, ending } = read({
      delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] },
      finish_reason: 'stop',
    });
    expect(calls).toEqual([{ index: 0, id: 'a', name: 'f', arguments: '{}' }]);
    expect(ending.finish).toBe('tool_calls');
  });

  it('[U50] whole, without an index, with arguments that are no text', () => {
    const whole = (city: string) => ({ id: city, function: { name: 'f', arguments: { city } } });
    const { calls } = read({
      message: { tool_calls: [whole('Oslo'), whole('Paris')] },
      finish_reason: 'stop',
    });
    expect(calls.map(({ index, arguments: written }) => [index, written])).toEqual([
      [0, '{"city":"Oslo"}'],
      [1, '{"city":"Paris"}'],
    ]);
  });

  it('[U8] that hold nothing are none', () => {
    const broken = () => read({ delta: { tool_calls: [{}, null, 'x'] }, finish_reason: 'stop' });
    expect(broken).toThrow(expect.objectContaining({ code: 'empty_answer' }));
  });

  it('[U13] count for the size of an answer', () => {
    const call = { index: 0, function: { arguments: 'x'.repeat(600) } };
    const chunk = { delta: { tool_calls: [call] } };
    expect(() => read(chunk, chunk)).toThrow(expect.objectContaining({ code: 'answer_too_large' }));
  });
});

describe('the body of a call', () => {
  it('[U50] carries what was asked for, and never something else than what is ours to say', () => {
    const settings = { temperature: 0.5, tools: [{ type: 'function' }], stream: false, model: 'other' };
    const body = new Dialect().body('m', { messages: [], maxTokens: 5, settings });
    expect(body).toEqual({
      model: 'm',
      messages: [],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 5,
      temperature: 0.5,
      tools: [{ type: 'function' }],
    });
  });
});
