'use client';

import { ArrowUp, Square } from 'lucide-react';
import { useEffect } from 'react';
import { hasMouse } from '#components/focus.ts';
import { openChat } from '#components/navigation.ts';
import { Button } from '#components/ui/button.tsx';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { newChatId } from '#lib/client/chat-client.ts';
import { useClient, useDraft, useIsUnsent, usePathActivity } from '#lib/client/hooks.ts';
import { textRoom } from '#lib/client/text-room.ts';
import { useChosenModel } from './chosen-model.ts';
import { LengthNote } from './length-note.tsx';
import { MessageField, useIsReady } from './message-field.tsx';
import { ModelPicker } from './model-picker.tsx';

export function Composer({
  chatId,
  field,
}: {
  /** Null for a chat that does not exist yet. */
  chatId: string | null;
  field: React.RefObject<HTMLTextAreaElement | null>;
}) {
  const key = chatId ?? 'new';
  const client = useClient();
  const [text, setText] = useDraft(key);
  const [model, setModel] = useChosenModel(key);
  const activity = usePathActivity(key);
  const isEmpty = text.trim() === '';
  const isTooLong = textRoom(text).left < 0;

  const isReady = useIsReady();

  useEffect(() => {
    if (isReady && key !== '' && hasMouse()) field.current?.focus({ preventScroll: true });
  }, [key, field, isReady]);

  const send = () => {
    if (isEmpty || isTooLong) return;
    const id = chatId ?? newChatId();
    client.send({ chatId: id, text, model });
    setText('');
    if (chatId === null) openChat(id);
    field.current?.focus({ preventScroll: true });
  };
  const isUnsent = useIsUnsent(activity?.id ?? '');
  const isStopping = activity?.state.name === 'stopping';

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="rounded-2xl border border-edge/60 bg-raised shadow-[0_1px_3px_light-dark(oklch(0.3_0.03_230/0.07),transparent)] transition-colors focus-within:border-accent"
    >
      <MessageField
        field={field}
        isReady={isReady}
        text={text}
        placeholder={activity === null ? 'Message' : 'Write the next message'}
        onChange={setText}
        onEnter={send}
      />
      <div className="px-3 pt-1 pb-1 empty:hidden">
        <LengthNote text={text} />
      </div>
      <div className="flex items-center gap-2 px-2 pb-2">
        <ModelPicker model={model} onChange={setModel} />
        <div className="ml-auto flex items-center gap-2">
          {activity === null || isUnsent ? null : (
            <Tooltip words="Stop" shortcut="Esc">
              <Button
                aria-label="Stop"
                size="icon"
                disabled={isStopping}
                onClick={() => {
                  client.stop(key, activity.id);
                  field.current?.focus({ preventScroll: true });
                }}
              >
                <Square size={13} fill="currentColor" />
              </Button>
            </Tooltip>
          )}
          {activity !== null && isEmpty && !isUnsent ? null : (
            <Tooltip words={activity === null ? 'Send' : 'Send after this answer'} shortcut="Enter">
              <Button
                aria-label="Send"
                type="submit"
                look="solid"
                size="icon"
                disabled={isEmpty || isTooLong}
              >
                <ArrowUp size={17} />
              </Button>
            </Tooltip>
          )}
        </div>
      </div>
    </form>
  );
}
