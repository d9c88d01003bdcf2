import { expect, it } from 'vitest';
import { chunksIn, finishIn, textIn } from './caller.ts';
import { scriptedUpstream } from './house-fixture.ts';

const upstream = scriptedUpstream();
const tools = [{ type: 'function', function: { name: 'look' } }];
const content = '[[script:call d=0]]\nsay One moment.\nlook {"at":"it"}\nlook\n---\nlook {"at":"again"}';

function calledIn(body: string): string[] {
  const parts = chunksIn(body).flatMap((chunk) => (chunk.choices?.[0]?.delta?.tool_calls ?? []) as object[]);
  const written: string[] = [];
  for (const { index, function: part } of parts as { index: number; function: { arguments: string } }[]) {
    written[index] = (written[index] ?? '') + part.arguments;
  }
  return written;
}

it('[U56] the script call makes the calls of its prompt turn by turn, then quotes the last results', async () => {
  const ask = (...after: object[]) =>
    upstream().ask('', { tools, messages: [{ role: 'user', content }, ...after] });
  const said = { role: 'assistant', content: null };
  const result = (text: string) => ({ role: 'tool', tool_call_id: 'x', content: text });
  const first = await ask();
  expect([textIn(first.body), calledIn(first.body), finishIn(first.body)]).toEqual([
    'One moment.',
    ['{"at":"it"}', '{}'],
    'tool_calls',
  ]);
  const second = await ask(said, result('a'), result('b'));
  expect([calledIn(second.body), finishIn(second.body)]).toEqual([['{"at":"again"}'], 'tool_calls']);
  const last = await ask(said, result('a'), result('b'), said, result('c'));
  expect([textIn(last.body), finishIn(last.body)]).toEqual(['The tools said: c', 'stop']);
});
