'use client';

import { CornerDownRight, Pencil, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { useChat, useChatActivity, useClient } from '#lib/client/hooks.ts';
import type { FollowUp } from '#lib/wire/chat.ts';
import { TextEditor } from './text-editor.tsx';

/** Messages that wait for the answer before them. */
export function FollowUps({ chatId }: { chatId: string }) {
  const { followUps } = useChat(chatId);
  const isIdle = useChatActivity(chatId) === null;
  const client = useClient();
  if (followUps.length === 0) return null;
  return (
    <section aria-label="Queued messages" className="mb-2 rounded-xl border border-line bg-side py-1.5">
      <header className="flex items-center justify-between px-3 pb-0.5">
        <h2 className="text-2xs text-faint">{isIdle ? 'Held back' : 'Sent when this answer is done'}</h2>
        {isIdle ? (
          <Button look="link" size="small" onClick={() => client.releaseFollowUp(chatId)}>
            Send now
          </Button>
        ) : null}
      </header>
      <ol className="max-h-40 overflow-y-auto">
        {followUps.map((followUp) => (
          <Waiting key={followUp.messageId} chatId={chatId} followUp={followUp} />
        ))}
      </ol>
    </section>
  );
}

function Waiting({ chatId, followUp }: { chatId: string; followUp: FollowUp }) {
  const client = useClient();
  const [isEditing, setEditing] = useState(false);
  if (isEditing) {
    return (
      <li className="px-2 py-1">
        <TextEditor
          label="Edit queued message"
          text={followUp.text}
          submit="Save"
          onCancel={() => setEditing(false)}
          onSubmit={(text) => {
            setEditing(false);
            if (text !== followUp.text) client.editFollowUp(chatId, followUp.messageId, text);
          }}
        />
      </li>
    );
  }
  return (
    <li className="flex items-center gap-2 pr-2 pl-3">
      <CornerDownRight size={14} aria-hidden="true" className="shrink-0 text-faint" />
      <span className="min-w-0 flex-1 truncate text-[0.8125rem]">{followUp.text}</span>
      <IconButton label="Edit queued message" icon={<Pencil size={14} />} onClick={() => setEditing(true)} />
      <IconButton
        label="Withdraw"
        icon={<X size={15} />}
        onClick={() => client.withdrawFollowUp(chatId, followUp.messageId)}
      />
    </li>
  );
}
