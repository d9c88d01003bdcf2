'use client';

import { openChat } from '#components/navigation.ts';
import { Button } from '#components/ui/button.tsx';

export function ChatGone() {
  return (
    <div className="grid min-h-0 flex-1 place-items-center px-6">
      <div className="max-w-sm">
        <h1 className="font-semibold text-xl tracking-tight">This chat does not exist or is not yours</h1>
        <p className="mt-2 mb-5 text-soft">
          It may have been deleted, or it belongs to another visitor. Chats are shown only to whoever began
          them.
        </p>
        <Button look="solid" onClick={() => openChat(null)}>
          Begin a new chat
        </Button>
      </div>
    </div>
  );
}
