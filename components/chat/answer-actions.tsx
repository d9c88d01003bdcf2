'use client';

import { Info, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { catchFocus } from '#components/focus.ts';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { cx } from '#components/ui/cx.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Popover } from '#components/ui/popover.tsx';
import { useClient, useModels } from '#lib/client/hooks.ts';
import type { Generation, Message } from '#lib/wire/chat.ts';
import { AnswerDetails } from './answer-details.tsx';
import { LazyCompareWith } from './lazy-compare-with.tsx';
import { RegenerateMenu } from './regenerate-menu.tsx';
import { Siblings } from './siblings.tsx';

/** What one can do with an answer that has ended. */
export function AnswerActions({
  chatId,
  message,
  generation,
  isLast,
}: {
  chatId: string;
  message: Message;
  generation: Generation | null;
  isLast: boolean;
}) {
  const client = useClient();
  const { models, defaultModel } = useModels();
  const used = message.model ?? '';
  const model = models.some(({ id }) => id === used) ? used : defaultModel;
  const [isChoosing, setChoosing] = useState(false);
  const regenerate = (id: string) => {
    client.regenerate(chatId, message.id, id);
    catchFocus();
  };
  return (
    <div className="mt-1.5 -ml-1.5 flex min-h-7 items-center gap-0.5">
      <Siblings chatId={chatId} message={message} />
      <div
        className={cx(
          'flex items-center gap-0.5 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 has-data-[state=open]:opacity-100 [@media(pointer:coarse)]:opacity-100',
          !isLast && 'opacity-0',
        )}
      >
        {message.text === '' ? null : <CopyButton text={message.text} />}
        <IconButton label="Regenerate" icon={<RefreshCw size={15} />} onClick={() => regenerate(model)} />
        <RegenerateMenu current={used} onChoose={regenerate} onCompare={() => setChoosing(true)} />
        <LazyCompareWith
          open={isChoosing}
          onOpenChange={setChoosing}
          onAsk={(chosen) => {
            setChoosing(false);
            client.comparisons.with(chatId, message.id, chosen);
          }}
        />
        {generation === null ? null : (
          <Popover
            label="Details of this answer"
            className="w-64 p-3"
            trigger={
              <button
                type="button"
                aria-label="Details"
                title="Details"
                className="grid size-7 place-items-center rounded-md text-soft hover:bg-hover hover:text-ink [@media(pointer:coarse)]:size-9"
              >
                <Info size={15} />
              </button>
            }
          >
            <AnswerDetails generation={generation} />
          </Popover>
        )}
      </div>
    </div>
  );
}
