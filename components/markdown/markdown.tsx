'use client';

import { memo, useEffect, useState } from 'react';
import { Streamdown } from 'streamdown';
import { createBlockSplitter } from './block-splitter.ts';
import { BoundedBlock } from './bounded-block.tsx';
import { mayHaveMath, unifyMath } from './math-delimiters.ts';
import { parts } from './parts.tsx';
import { type Readers, readersOf } from './readers.ts';
import { createSectioner } from './sections.ts';

const withoutMath = readersOf(null);
/** Made once: blocks that see other plugins are all read again. */
let withMath: Readers | null = null;

/** Model text is hostile: no raw HTML, sanitised last. @param isArriving closes what is still open, such as `**bo` */
export const Markdown = memo(function Markdown({ text, isArriving }: { text: string; isArriving: boolean }) {
  const [cut] = useState(createSectioner);
  const readers = useReaders(text);
  const sections = cut(unifyMath(text));
  return (
    // Streamdown does not look at new plugins by itself.
    <div className="markdown" key={readers === withoutMath ? 'plain' : 'math'}>
      {sections.map((section, index) => (
        <Section
          // biome-ignore lint/suspicious/noArrayIndexKey: sections have no identity but their place
          key={index}
          text={section}
          readers={readers}
          isArriving={isArriving && index === sections.length - 1}
        />
      ))}
    </div>
  );
});

interface SectionProps {
  text: string;
  readers: Readers;
  isArriving: boolean;
}

/** Pixels that a character takes of the height of a message, before anybody has seen it. */
const USUAL_HEIGHT = 0.5;

/**
 * Only the last one changes. Out of sight they are not even laid out; the last one neither, since to begin with that when it
 * is closed would be to style it anew as a whole.
 */
const Section = memo(function Section({ text, readers, isArriving }: SectionProps) {
  const [split] = useState(createBlockSplitter);
  const height = `auto ${Math.round(text.length * USUAL_HEIGHT)}px`;
  return (
    <div className="-mx-1 section px-1 [content-visibility:auto]" style={{ containIntrinsicSize: height }}>
      <Streamdown
        className="blocks"
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
        {text}
      </Streamdown>
    </div>
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
