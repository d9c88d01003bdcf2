'use client';

import { Pencil } from 'lucide-react';
import { useRef } from 'react';
import { useChosenModel } from '#components/composer/chosen-model.ts';
import { useCompareChoice } from '#components/composer/compare-choice.ts';
import { focusComposer } from '#components/focus.ts';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { useClient, usePending } from '#lib/client/hooks.ts';
import type { Message } from '#lib/wire/chat.ts';
import { NotSentYet } from './not-sent-yet.tsx';
import { Siblings } from './siblings.tsx';
import { TextEditor } from './text-editor.tsx';
import { useEdit } from './use-edit.ts';

export function UserMessage({ chatId, message }: { chatId: string; message: Message }) {
  const client = useClient();
  const [model] = useChosenModel(chatId);
  const { compared } = useCompareChoice(chatId);
  const edit = useEdit(message.id, message.text);
  const button = useRef<HTMLButtonElement>(null);
  const pending = usePending(chatId).find((one) => one.messageId === message.id);
  if (edit.isOpen) {
    return (
      <TextEditor
        label="Edit message"
        edit={edit}
        submit="Ask again"
        onCancel={() => {
          edit.close();
          requestAnimationFrame(() => button.current?.focus());
        }}
        onSubmit={(text) => {
          edit.close();
          // This version, and its button, are about to give way to the new one.
          focusComposer();
          if (text === message.text) return;
          const [first = model, ...also] = compared;
          client.send({ chatId, text, model: first, also, replaces: message.id });
        }}
      />
    );
  }
  return (
    <article aria-label="You" className="group flex flex-col items-end">
      <div className="max-w-[min(85%,40rem)] whitespace-pre-wrap rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 text-[0.9375rem] leading-relaxed [overflow-wrap:anywhere] [unicode-bidi:plaintext]">
        {message.text}
      </div>
      {pending === undefined ? null : <NotSentYet chatId={chatId} pending={pending} />}
      <div className="mt-1 flex min-h-7 items-center gap-0.5">
        <div className="flex items-center gap-0.5 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 [@media(pointer:coarse)]:opacity-100">
          <CopyButton text={message.text} />
          {pending === undefined ? (
            <IconButton ref={button} label="Edit" icon={<Pencil size={15} />} onClick={edit.open} />
          ) : null}
        </div>
        <Siblings chatId={chatId} message={message} />
      </div>
    </article>
  );
}
