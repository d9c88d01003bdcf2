'use client';

import { Pencil } from 'lucide-react';
import { useRef, useState } from 'react';
import { useChosenModel } from '#components/composer/chosen-model.ts';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { useClient, usePending } from '#lib/client/hooks.ts';
import type { Message } from '#lib/wire/chat.ts';
import { NotSentYet } from './not-sent-yet.tsx';
import { Siblings } from './siblings.tsx';
import { TextEditor } from './text-editor.tsx';

export function UserMessage({ chatId, message }: { chatId: string; message: Message }) {
  const client = useClient();
  const [model] = useChosenModel(chatId);
  const [isEditing, setEditing] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const pending = usePending(chatId).find((one) => one.messageId === message.id);
  const close = () => {
    setEditing(false);
    requestAnimationFrame(() => edit.current?.focus());
  };
  if (isEditing) {
    return (
      <TextEditor
        label="Edit message"
        text={message.text}
        submit="Ask again"
        onCancel={close}
        onSubmit={(text) => {
          close();
          if (text !== message.text) client.send({ chatId, text, model, replaces: message.id });
        }}
      />
    );
  }
  return (
    <article aria-label="You" className="group flex flex-col items-end">
      <div className="max-w-[min(85%,40rem)] whitespace-pre-wrap rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 text-[0.9375rem] leading-relaxed [overflow-wrap:anywhere]">
        {message.text}
      </div>
      {pending === undefined ? null : <NotSentYet chatId={chatId} pending={pending} />}
      <div className="mt-1 flex min-h-7 items-center gap-0.5">
        <div className="flex items-center gap-0.5 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 [@media(pointer:coarse)]:opacity-100">
          <CopyButton text={message.text} />
          {pending === undefined ? (
            <IconButton
              ref={edit}
              label="Edit"
              icon={<Pencil size={15} />}
              onClick={() => setEditing(true)}
            />
          ) : null}
        </div>
        <Siblings chatId={chatId} message={message} />
      </div>
    </article>
  );
}
