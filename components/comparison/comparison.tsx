'use client';

import { Columns3 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { catchFocus, focusComposer } from '#components/focus.ts';
import { Button } from '#components/ui/button.tsx';
import { cx } from '#components/ui/cx.ts';
import { useKeeping, usePathRunning } from '#lib/client/comparison-hooks.ts';
import { useClient, useModels } from '#lib/client/hooks.ts';
import type { Message } from '#lib/wire/chat.ts';
import { Column } from './column.tsx';
import { columnNames } from './column-names.ts';
import { ColumnTabs } from './column-tabs.tsx';
import { useSwipe } from './use-swipe.ts';

/** Several answers to one message: beside each other where there is room, behind tabs where there is not. */
export function Comparison({
  chatId,
  columns,
  selected,
  isMarked,
}: {
  chatId: string;
  columns: readonly Message[];
  /** Of them, the one that the chat has selected: shown first where only one has room. */
  selected: string;
  /** That one was jumped to. */
  isMarked: boolean;
}) {
  const client = useClient();
  const { models } = useModels();
  const names = columnNames(columns, models);
  const keeping = useKeeping(chatId);
  // What was chosen holds until another one is selected.
  const [chosen, setChosen] = useState({ id: selected, whenSelected: selected });
  const shown = chosen.whenSelected === selected ? chosen.id : selected;
  const at = Math.max(
    0,
    columns.findIndex(({ id }) => id === shown),
  );
  const show = (index: number) => setChosen({ id: columns[index]?.id ?? shown, whenSelected: selected });
  const swipe = useSwipe((by) => show(at + by));
  // The same function as long as the chat is: columns render again when something of theirs changes.
  const keep = useCallback(
    (messageId: string) => {
      client.comparisons.keep(chatId, messageId);
      // The button is about to go.
      focusComposer();
    },
    [client, chatId],
  );
  return (
    <section aria-label="Answers side by side" data-compared className="@container pt-1">
      <Summary chatId={chatId} count={columns.length} />
      <div
        {...swipe}
        className={cx('grid gap-3', columns.length === 1 ? '' : '@2xl:grid-cols-2', wide(columns.length))}
      >
        {columns.map((message, index) => (
          <Column
            key={message.id}
            chatId={chatId}
            message={message}
            name={names[index] ?? ''}
            isShown={index === at}
            isMarked={isMarked && message.id === selected}
            isKeeping={keeping === message.id}
            onKeep={keep}
          />
        ))}
      </div>
      {/* Below: that is where the page stays while text arrives. */}
      <ColumnTabs columns={columns} names={names} at={at} onShow={show} />
    </section>
  );
}

/** Four are two by two. */
function wide(count: number): string {
  return count === 3 || count > 4 ? '@4xl:grid-cols-3' : '';
}

function Summary({ chatId, count }: { chatId: string; count: number }) {
  const client = useClient();
  const running = usePathRunning(chatId);
  return (
    <header className="mb-2 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-soft">
      <span className="mr-auto flex items-center gap-2">
        <Columns3 size={14} aria-hidden="true" className="shrink-0 text-faint" />
        {count} answers. Keep one to go on from it.
      </span>
      {running.length > 1 ? (
        <Button
          size="small"
          disabled={running.every(({ state }) => state.name === 'stopping')}
          onClick={() => {
            client.comparisons.stopAll(chatId);
            catchFocus();
          }}
        >
          Stop all
        </Button>
      ) : null}
    </header>
  );
}
