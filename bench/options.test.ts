import { expect, it } from 'vitest';
import { optionsOf } from './options.ts';
import { lengthMs, modelName, scriptOf } from './script.ts';

it('without options, all streams are open together for a while', () => {
  const { script, rampMs } = optionsOf([]);
  expect(lengthMs(script)).toBeGreaterThan(rampMs + 3_500);
});

it('takes what is given', () => {
  const args = ['--streams', '10', '--per-socket', '5', '--tokens', '7', '--every=20', '--rounds', '1'];
  expect(optionsOf(args)).toMatchObject({
    streams: 10,
    perSocket: 5,
    rounds: 1,
    script: { tokens: 7, everyMs: 20, firstMs: 300 },
  });
});

it('names the option that is wrong', () => {
  expect(() => optionsOf(['--streams', 'many'])).toThrow('--streams many');
  expect(() => optionsOf(['--per-socket', '65'])).toThrow(
    '--per-socket 65: expected a whole number from 1 to 64',
  );
  expect(() => optionsOf(['--stream', '1'])).toThrow('--stream');
});

it('a script travels as the name of a model', () => {
  const script = { tokens: 200, everyMs: 50, firstMs: 0 };
  expect(scriptOf(modelName(script))).toEqual(script);
  expect(scriptOf('gpt-5')).toBeNull();
  expect(scriptOf('bench-t0-d1-f1')).toBeNull();
});
