import { createMathPlugin } from '@streamdown/math';
import type { StreamdownProps } from 'streamdown';
import 'katex/dist/katex.min.css';

type Plugins = NonNullable<StreamdownProps['rehypePlugins']>;

/** Formulas are as hostile as the rest: no commands that reach outside, no macro bombs, nothing larger than a line or so. */
const bounds = { trust: false, maxExpand: 1_000, maxSize: 20, strict: 'ignore' };

const plugin = createMathPlugin({ errorColor: 'var(--bad)' });

/** Loaded when a text first has math in it. */
export const { remarkPlugin } = plugin;
export const rehypePlugin = bounded(plugin.rehypePlugin);

/** The plugin's own function takes no more than a colour, but what it makes hands its options on to KaTeX. */
function bounded(given: Plugins[number]): Plugins[number] {
  if (!Array.isArray(given)) throw new Error('the math plugin has no options where they were');
  const [katex, options] = given as [Exclude<Plugins[number], unknown[]>, object];
  return [katex, { ...options, ...bounds }] as Plugins[number];
}
