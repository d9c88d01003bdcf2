'use client';

import { CornerDownRight, Pencil, X } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { isComparing } from '#lib/client/compared.ts';
import { useChat, useClient, usePathActivity, usePending } from '#lib/client/hooks.ts';
import type { Pending } from '#lib/client/state.ts';
import type { FollowUp } from '#lib/wire/chat.ts';
import { NotSentYet } from './not-sent-yet.tsx';
import { TextEditor } from './text-editor.tsx';
import { useEdit } from './use-edit.ts';
import { withdraw } from './withdraw.ts';

const whenDone = 'Sent when this answer is done';

/** Messages that wait for the answer before them. */
export function FollowUps({ chatId }: { chatId: string }) {
  const path = useChat(chatId);
  const { followUps } = path;
  const isUndecided = isComparing(path);
  const pendings = usePending(chatId);
  const isIdle = usePathActivity(chatId) === null;
  const client = useClient();
  if (followUps.length === 0) return null;
  const pendingOf = ({ messageId }: FollowUp) => pendings.find((one) => one.messageId === messageId);
  const isHeld = followUps.some((followUp) => pendingOf(followUp) === undefined);
  return (
    <section aria-label="Queued messages" className="mb-2 rounded-xl border border-line bg-side py-1.5">
      <header className="flex items-center justify-between px-3 pb-0.5">
        <h2 className="text-2xs text-faint">
          {!isHeld ? 'Next' : isUndecided ? 'Sent once you keep an answer' : isIdle ? 'Held back' : whenDone}
        </h2>
        {isIdle && isHeld && !isUndecided ? (
          <Button look="link" size="small" onClick={() => client.releaseFollowUp(chatId)}>
            Send now
          </Button>
        ) : null}
      </header>
      <ol className="max-h-40 overflow-y-auto">
        {followUps.map((followUp) => (
          <Waiting
            key={followUp.messageId}
            chatId={chatId}
            followUp={followUp}
            pending={pendingOf(followUp)}
          />
        ))}
      </ol>
    </section>
  );
}

function Waiting({
  chatId,
  followUp,
  pending,
}: {
  chatId: string;
  followUp: FollowUp;
  pending: Pending | undefined;
}) {
  const client = useClient();
  const edit = useEdit(followUp.messageId, followUp.text);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    edit.close();
    requestAnimationFrame(() => button.current?.focus());
  };
  if (edit.isOpen) {
    return (
      <li className="px-2 py-1">
        <TextEditor
          label="Edit queued message"
          edit={edit}
          submit="Save"
          onCancel={close}
          onSubmit={(text) => {
            close();
            if (text !== followUp.text) client.editFollowUp(chatId, followUp.messageId, text);
          }}
        />
      </li>
    );
  }
  return (
    <li className="pr-2 pl-3">
      <div className="flex items-center gap-2">
        <CornerDownRight size={14} aria-hidden="true" className="shrink-0 text-faint" />
        <span className="min-w-0 flex-1 truncate text-[0.8125rem]">{followUp.text}</span>
        {followUp.also === undefined ? null : (
          <span className="shrink-0 rounded bg-wash px-1.5 text-2xs text-accent">
            {followUp.also.length + 1} answers
          </span>
        )}
        {pending === undefined ? (
          <IconButton
            ref={button}
            label="Edit queued message"
            icon={<Pencil size={14} />}
            onClick={edit.open}
          />
        ) : null}
        <IconButton
          label="Withdraw"
          icon={<X size={15} />}
          onClick={() => withdraw(client, chatId, followUp, pending)}
        />
      </div>
      {pending === undefined ? null : <NotSentYet chatId={chatId} pending={pending} />}
    </li>
  );
}
