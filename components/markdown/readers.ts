import { defaultRemarkPlugins, type StreamdownProps } from 'streamdown';
import { remarkDirection } from './direction.ts';
import { sanitizers } from './safety.ts';

type Plugins = NonNullable<StreamdownProps['rehypePlugins']>;

/** The steps in which a text is read. */
export interface Readers {
  remark: Plugins;
  /** The sanitiser is the last of them: nothing may change what it has let through. */
  rehype: Plugins;
}

export interface MathReaders {
  remarkPlugin: Plugins[number];
  rehypePlugin: Plugins[number];
}

const usual: Plugins = [...Object.values(defaultRemarkPlugins), remarkDirection];

/** @param math null while no formula has been seen */
export function readersOf(math: MathReaders | null): Readers {
  if (math === null) return { remark: usual, rehype: sanitizers };
  return { remark: [...usual, math.remarkPlugin], rehype: [math.rehypePlugin, ...sanitizers] };
}
