import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculatorTools } from './calculator.ts';
import { ExpressionError, evaluate } from './expression.ts';

describe('[K4] the calculator', () => {
  it.each([
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['2^3^2', 512],
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['10 / 4 / 5', 0.5],
    ['7 - 2 - 1', 4],
    ['15% of 80', 12],
    ['50%', 0.5],
    ['-7 mod 3', 2],
    ['12×7 ÷ 4', 21],
    ['√16 + sqrt(9)', 7],
    ['round(2.345, 2)', 2.35],
    ['max(1, 2, min(5, 3))', 3],
    ['2 * pi', 2 * Math.PI],
    ['1.5e3 + .5', 1500.5],
    ['1e3', 1000],
    ['log(1000) + ln(e)', 4],
  ])('%s is %d', (text, value) => {
    expect(evaluate(text)).toBeCloseTo(value, 12);
  });

  it.each([
    ['', /too early/],
    ['2 +', /too early/],
    ['(1', /not closed/],
    ['1 2', /"2" stands where nothing should/],
    ['1 / 0', /division by zero/],
    ['sqrt', /needs brackets/],
    ['sqrt(1, 2)', /too many/],
    ['process.exit()', /cannot be read|not known/],
    ['constructor', /not known/],
    ['__proto__', /cannot be read/],
    ['alert`1`', /cannot be read|not known/],
    ['('.repeat(500), /nested too deeply/],
    ['-'.repeat(900), /nested too deeply/],
  ])('refuses %s', (text, says) => {
    expect(() => evaluate(text)).toThrow(says);
    expect(() => evaluate(text)).toThrow(ExpressionError);
  });

  it('agrees with the machine on whatever is built from numbers, signs and brackets', () => {
    const tree: fc.Arbitrary<string> = fc.letrec<{ whole: string; leaf: string; pair: string }>((tie) => ({
      leaf: fc.integer({ min: 0, max: 999 }).map(String),
      pair: fc
        .tuple(tie('whole'), fc.constantFrom('+', '-', '*'), tie('whole'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      whole: fc.oneof({ maxDepth: 5 }, tie('leaf'), tie('pair')),
    })).whole;
    fc.assert(
      fc.property(tree, (text) => {
        expect(evaluate(text)).toBe(new Function(`return ${text}`)());
      }),
    );
  });

  it('never does anything but answer or refuse', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'0123456789.+-*/^%() ,esqrtpi'), maxLength: 60 });
    fc.assert(
      fc.property(noise, (text) => {
        try {
          expect(Number.isFinite(evaluate(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
    );
  });

  it('writes what people write: no noise of binary fractions', async () => {
    const [tool] = await calculatorTools().tools(new AbortController().signal);
    const about = { userId: 'u', chatId: 'c', callId: 'x', signal: new AbortController().signal };
    expect(await tool?.call({ expression: '0.1 + 0.2' }, about)).toBe('0.3');
    await expect(tool?.call({ expression: '2 +' }, about)).rejects.toMatchObject({ name: 'ToolFault' });
    await expect(tool?.call({ expression: 7 }, about)).rejects.toMatchObject({ name: 'ToolFault' });
  });
});
