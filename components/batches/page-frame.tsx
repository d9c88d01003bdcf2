'use client';

import { ArrowLeft } from 'lucide-react';
import { type ReactNode, type Ref, useEffect, useRef } from 'react';
import { BATCHES_ADDRESS, goOnPlainClick } from '#components/navigation.ts';

/** One scrolling page of this part of the app. */
export function PageFrame({
  children,
  scroller,
  isCovered = false,
}: {
  children: ReactNode;
  scroller?: Ref<HTMLDivElement>;
  /** Something lies over it: nothing of it can be reached. */
  isCovered?: boolean;
}) {
  return (
    <div ref={scroller} inert={isCovered} className="relative min-h-0 min-w-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-[112rem] px-[clamp(1rem,3vw,2.5rem)] pt-2 pb-16">{children}</div>
    </div>
  );
}

/** Takes the focus when what had it is gone with the page before. */
export function PageHeading({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1
      ref={heading}
      tabIndex={-1}
      className="min-w-0 font-semibold text-2xl tracking-tight outline-none [overflow-wrap:anywhere]"
    >
      {children}
    </h1>
  );
}

export function BackToBatches() {
  return (
    <a
      href={BATCHES_ADDRESS}
      onClick={(event) => goOnPlainClick(event, BATCHES_ADDRESS)}
      className="mb-1 inline-flex min-h-7 items-center gap-1 rounded-sm text-[0.8125rem] text-soft hover:text-ink hover:underline"
    >
      <ArrowLeft size={14} aria-hidden="true" />
      Batches
    </a>
  );
}
