'use client';

import { ArrowUp, Square } from 'lucide-react';
import { useEffect } from 'react';
import { hasMouse } from '#components/focus.ts';
import { openChat } from '#components/navigation.ts';
import { ToolsMenu } from '#components/tools/tools-menu.tsx';
import { Button } from '#components/ui/button.tsx';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { newChatId } from '#lib/client/chat-client.ts';
import { useIsComparing, usePathRunning } from '#lib/client/comparison-hooks.ts';
import { useClient, useDraft, useIsUnsent, usePathActivity } from '#lib/client/hooks.ts';
import { textRoom } from '#lib/client/text-room.ts';
import { AnswerPicker } from './answer-picker.tsx';
import { useChosenModel } from './chosen-model.ts';
import { moveCompareChoice, useCompareChoice } from './compare-choice.ts';
import { LengthNote } from './length-note.tsx';
import { MessageField, useIsReady } from './message-field.tsx';

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
  const { compared } = useCompareChoice(key);
  const isComparing = useIsComparing(key);
  const activity = usePathActivity(key);
  const running = usePathRunning(key);
  const isEmpty = text.trim() === '';
  const isTooLong = textRoom(text).left < 0;

  const isReady = useIsReady();

  useEffect(() => {
    if (isReady && key !== '' && hasMouse()) field.current?.focus({ preventScroll: true });
  }, [key, field, isReady]);

  const send = () => {
    if (isEmpty || isTooLong) return;
    const id = chatId ?? newChatId();
    client.send({ chatId: id, text, model: compared[0] ?? model, also: compared.slice(1) });
    setText('');
    if (chatId === null) {
      moveCompareChoice(client, 'new', id);
      openChat(id);
    }
    field.current?.focus({ preventScroll: true });
  };
  const isUnsent = useIsUnsent(activity?.id ?? '');
  const isStopping = running.every(({ state }) => state.name === 'stopping');
  const stop = running.length > 1 ? 'Stop all' : 'Stop';
  const sendWords = isComparing
    ? 'Send once an answer is kept'
    : activity !== null
      ? 'Send after this answer'
      : 'Send';

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
        placeholder={isComparing || activity !== null ? 'Write the next message' : 'Message'}
        onChange={setText}
        onEnter={send}
      />
      <div className="px-3 pt-1 pb-1 empty:hidden">
        <LengthNote text={text} />
      </div>
      <div className="flex items-center gap-2 px-2 pb-2">
        <AnswerPicker chatId={key} model={model} onChange={setModel} />
        <ToolsMenu chatId={chatId} />
        <div className="ml-auto flex items-center gap-2">
          {activity === null || isUnsent ? null : (
            <Tooltip words={stop} shortcut="Esc">
              <Button
                aria-label={stop}
                size="icon"
                disabled={isStopping}
                onClick={() => {
                  client.comparisons.stopAll(key);
                  field.current?.focus({ preventScroll: true });
                }}
              >
                <Square size={13} fill="currentColor" />
              </Button>
            </Tooltip>
          )}
          {activity !== null && isEmpty && !isUnsent ? null : (
            <Tooltip words={sendWords} shortcut="Enter">
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
