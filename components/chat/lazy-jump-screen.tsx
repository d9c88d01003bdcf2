'use client';

import { lazy, Suspense } from 'react';
import { ChatSkeleton } from './chat-skeleton.tsx';
import type { JumpScreenProps } from './jump-screen.tsx';

const JumpScreen = lazy(async () => ({ default: (await import('./jump-screen.tsx')).JumpScreen }));

/** Most who open a chat want its end: they need nothing of this. */
export function LazyJumpScreen(props: JumpScreenProps) {
  return (
    <Suspense fallback={<ChatSkeleton />}>
      <JumpScreen {...props} />
    </Suspense>
  );
}
