import { createMathPlugin } from '@streamdown/math';
import 'katex/dist/katex.min.css';

/** Loaded when a text first has math in it. */
export const { remarkPlugin, rehypePlugin } = createMathPlugin({ errorColor: 'var(--bad)' });
