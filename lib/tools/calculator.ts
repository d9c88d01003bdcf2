import * as z from 'zod';
import { ExpressionError, evaluate } from './expression.ts';
import { exactly } from './figures.ts';
import { ownTool, ownToolset } from './own-tool.ts';
import { ToolFault, type ToolSource } from './tool.ts';

const title = 'Calculator';

export function calculatorTools(): ToolSource {
  const tool = ownTool({
    name: 'calculate',
    title,
    description:
      'The exact value of an arithmetic expression: + - * / ^ mod, brackets, percent ("15% of 80"), sqrt, cbrt, abs, ' +
      'round(x, digits), floor, ceil, exp, ln, log (base 10), log2, sin, cos, tan (radians), min, max, pi, e. ' +
      'Decimal point, no thousands separators.',
    schema: z.object({ expression: z.string().min(1).max(1_000).describe('For example (3 + 4) * 2^10') }),
    run({ expression }) {
      try {
        return exactly(evaluate(expression));
      } catch (cause) {
        if (cause instanceof ExpressionError) throw new ToolFault(cause.message, { cause });
        throw cause;
      }
    },
  });
  return ownToolset({ id: 'calculator', title, description: 'Arithmetic without mistakes' }, [tool]);
}
