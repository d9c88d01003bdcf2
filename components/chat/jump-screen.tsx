'use client';

import type { ReactNode } from 'react';
import type { ChatPath } from '#lib/client/state.ts';
import { ChatSkeleton } from './chat-skeleton.tsx';
import { useJump } from './jump.ts';
import { PartLog } from './part-log.tsx';

export interface JumpScreenProps {
  chatId: string;
  title: string;
  /** The message that the address names. */
  wanted: string;
  path: ChatPath;
  /** The log of what is loaded, for a message that is in it. */
  children: ReactNode;
}

/** A chat that was opened at one of its messages. */
export function JumpScreen({ chatId, title, wanted, path, children }: JumpScreenProps) {
  const part = useJump(chatId, wanted, path);
  if (part === 'looking') return <ChatSkeleton />;
  if (part === null) return children;
  return <PartLog key={wanted} chatId={chatId} title={title} wanted={wanted} part={part} />;
}
