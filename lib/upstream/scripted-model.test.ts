import { beforeEach, expect, it } from 'vitest';
import { embeddingContract } from './embedding-contract.ts';
import { hear } from './heard.ts';
import { type Model, UpstreamFailure } from './model.ts';
import { modelContract } from './model-contract.ts';
import { type ScriptedCall, type ScriptedModels, scriptedModels } from './scripted-model.ts';

let models: ScriptedModels;
const only = (): Model => {
  const model = models.find('test/model');
  if (model === null) throw new Error('there is a model');
  return model;
};
beforeEach(() => {
  models = scriptedModels();
});

const script = ['w0', ' w1', ' w2', ' w3', ' w4'];

function play(call: ScriptedCall): void {
  const prompt = call.request.messages[0]?.content;
  if (prompt === 'thoughts') for (const thought of ['r0', ' r1']) call.think(thought);
  if (prompt === 'tools') return playTools(call);
  for (const word of script) call.say(word);
  if (prompt === 'lost') call.fail(new UpstreamFailure('upstream_reset'));
  else if (prompt !== 'stall') call.finish();
}

function playTools(call: ScriptedCall): void {
  for (const index of [0, 1]) call.callTool({ index, id: `call_weir${index}`, name: 'get_weather' });
  for (const part of ['{"city":', '"']) for (const index of [0, 1]) call.callTool({ index, arguments: part });
  for (const [index, city] of ['Paris', 'Oslo'].entries()) call.callTool({ index, arguments: `${city}"}` });
  call.finish('tool_calls');
}

async function playAll(): Promise<void> {
  for (;;) play(await models.nextCall());
}

modelContract('a scripted model', () => {
  void playAll();
  const prompts = { words: 'words', thoughts: 'thoughts', stall: 'stall', lost: 'lost', tools: 'tools' };
  return { model: only(), prompts, open: () => models.open };
});

embeddingContract('a scripted model', () => {
  models.offerEmbeddings('test/vectors');
  models.onEmbedding = ({ request }) => {
    if (request.inputs.includes('bad')) return new UpstreamFailure('upstream_rejected');
    return request.inputs.includes('hang') ? new Promise(() => undefined) : undefined;
  };
  const model = models.findEmbedding('test/vectors');
  if (model === null) throw new Error('there is a model');
  return { model, bad: 'bad', hang: 'hang', open: () => 0 };
});

it('[U36] hands out every call once, counts the open ones and plays nothing after the end', async () => {
  const [first, second] = [hear(only(), 'a'), hear(only(), 'b')];
  const calls = [await models.nextCall(), await models.nextCall()];
  expect(calls.map((call) => call.request.messages[0]?.content)).toEqual(['a', 'b']);
  expect([models.open, models.peak]).toEqual([2, 2]);
  calls[0]?.finish('length', { tokensIn: 1, tokensOut: 2 });
  calls[0]?.say('late');
  calls[1]?.fail(new UpstreamFailure('upstream_error'));
  expect(await first.outcome).toEqual({ finish: 'length', usage: { tokensIn: 1, tokensOut: 2 } });
  expect(await second.outcome).toEqual({ thrown: expect.objectContaining({ code: 'upstream_error' }) });
  expect([first.text, models.open, models.calls.length]).toEqual(['', 0, 2]);
});

it('[U36] tells a call of its abort', async () => {
  const controller = new AbortController();
  const heard = hear(only(), 'a', controller.signal);
  const call = await models.nextCall();
  controller.abort(new Error('stop'));
  await call.whenAborted;
  expect(call.aborted).toBe(true);
  expect(await heard.outcome).toEqual({ thrown: new Error('stop') });
});

it('[U36] offers other models and says so', () => {
  let changes = 0;
  models.onChange(() => {
    changes += 1;
  });
  models.offer('a/b/c');
  expect(models.list()).toEqual([{ id: 'a/b/c', label: 'b/c', upstream: 'a', demo: false }]);
  expect([models.defaultId(), models.find('test/model'), changes]).toEqual(['a/b/c', null, 1]);
});
