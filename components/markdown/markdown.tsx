'use client';

import { memo, useEffect, useState } from 'react';
import { Streamdown } from 'streamdown';
import { createBlockSplitter } from './block-splitter.ts';
import { BoundedBlock } from './bounded-block.tsx';
import { mayHaveMath, unifyMath } from './math-delimiters.ts';
import { parts } from './parts.tsx';
import { type Readers, readersOf } from './readers.ts';

const withoutMath = readersOf(null);
/** Made once: blocks that see other plugins are all read again. */
let withMath: Readers | null = null;

/** Model text is hostile: no raw HTML, sanitised last. @param isArriving closes what is still open, such as `**bo` */
export const Markdown = memo(function Markdown({ text, isArriving }: { text: string; isArriving: boolean }) {
  const [split] = useState(createBlockSplitter);
  const readers = useReaders(text);
  return (
    <Streamdown
      // Streamdown does not look at new plugins by itself.
      key={readers === withoutMath ? 'plain' : 'math'}
      className="markdown"
      mode="streaming"
      isAnimating={isArriving}
      parseIncompleteMarkdown={isArriving}
      parseMarkdownIntoBlocksFn={split}
      BlockComponent={BoundedBlock}
      components={parts}
      remarkPlugins={readers.remark}
      rehypePlugins={readers.rehype}
      controls={false}
      linkSafety={noModal}
    >
      {unifyMath(text)}
    </Streamdown>
  );
});

/** Links are checked by our own part. */
const noModal = { enabled: false };

function useReaders(text: string): Readers {
  const [readers, setReaders] = useState(withMath ?? withoutMath);
  const isMissing = readers === withoutMath && mayHaveMath(text);
  useEffect(() => {
    if (!isMissing) return;
    let isWanted = true;
    const use = (math: typeof import('./math.ts')) => {
      withMath ??= readersOf(math);
      if (isWanted) setReaders(withMath);
    };
    // Without it formulas stay as the model wrote them.
    import('./math.ts').then(use, () => undefined);
    return () => {
      isWanted = false;
    };
  }, [isMissing]);
  return readers;
}
