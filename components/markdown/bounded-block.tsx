'use client';

import { Component, memo, type ReactNode } from 'react';
import { Block, type BlockProps } from 'streamdown';
import { isTooMuchToRead, plainPieces } from './plain-pieces.ts';

/** A block as Streamdown draws it, or as plain text where that would take seconds or fails. */
export function BoundedBlock(props: BlockProps) {
  const plain = <PlainBlock text={props.content} />;
  if (isTooMuchToRead(props.content)) return plain;
  return (
    <Failing instead={plain}>
      <Block {...props} />
    </Failing>
  );
}

/** No text may take the page with it: what its reader throws at stays plain. */
class Failing extends Component<{ instead: ReactNode; children: ReactNode }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? this.props.instead : this.props.children;
  }
}

function PlainBlock({ text }: { text: string }) {
  return (
    <div>
      <p className="mb-2 text-faint text-xs">
        This part is too much to be formatted, so it is shown as it was written.
      </p>
      {plainPieces(text).map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
        <Piece key={index} text={piece} />
      ))}
    </div>
  );
}

/** What is out of sight is not laid out. */
const Piece = memo(function Piece({ text }: { text: string }) {
  return (
    <div className="whitespace-pre-wrap [contain-intrinsic-size:auto_100rem] [content-visibility:auto]">
      {text}
    </div>
  );
});
