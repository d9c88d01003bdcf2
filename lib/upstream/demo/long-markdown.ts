import type { Answer } from './answer.ts';
import type { Params } from './directive.ts';

/** One chapter of everything that Markdown is made of, its words a little different each time. */
function chapter(n: number): string {
  const fence = '```';
  return `## Chapter ${n}

Paragraph ${n} has **bold**, *slanted* and \`code ${n}\`, a [link](https://example.com/${n}), and enough plain words to fill a few
lines, as answers do: water finds its level, and so does text that arrives at ${n + 100} words a minute.

| name | value | share |
| --- | ---: | ---: |
| first ${n} | ${n * 3} | 30 % |
| second | ${n * 7} | 50 % |
| third | ${n} | 20 % |

1. a point
2. another point with $x_{${n}}^2 + y^2 = r^2$ in it
   - and one below it

$$\\int_0^{${n}} x^2 \\, dx = \\frac{${n}^3}{3}$$

${fence}ts
export function chapter${n}(items: readonly string[]): number {
  // Sums the lengths.
  return items.reduce((sum, item) => sum + item.length, ${n});
}
${fence}

`;
}

/** At least `kb` thousand characters of Markdown in whole chapters. */
export function longMarkdown(kb: number): string {
  let text = '';
  for (let n = 1; text.length < kb * 1000; n += 1) text += chapter(n);
  return text;
}

/**
 * `n` thousand characters (default 50) of Markdown, `size` characters (default 40) every `d` ms (default 2). `hold=key` waits
 * after half of it until a test releases the key.
 */
export async function markdown(answer: Answer, params: Params): Promise<void> {
  const text = longMarkdown(params.number('n', 50));
  const size = params.number('size', 40);
  const hold = params.text('hold');
  const half = Math.floor(text.length / 2 / size) * size;
  answer.head();
  for (let at = 0; at < text.length; at += size) {
    if (hold !== '' && at === half) await answer.held(hold);
    await answer.sleep(params.number('d', 2));
    answer.delta(text.slice(at, at + size));
  }
  answer.complete();
}
