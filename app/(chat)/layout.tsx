import type { ReactNode } from 'react';
import { ChatApp } from '#components/chat-app.tsx';

/** Holds the whole app, so that moving between `/` and `/c/<id>` never mounts it again. The pages are empty. */
export default function ChatLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <ChatApp />
      {children}
    </>
  );
}
