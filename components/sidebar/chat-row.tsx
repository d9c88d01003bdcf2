'use client';

import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { memo, useRef, useState } from 'react';
import { addressOf, openOnPlainClick } from '#components/navigation.ts';
import { cx } from '#components/ui/cx.ts';
import { Menu, MenuItem } from '#components/ui/menu.tsx';
import { useClient } from '#lib/client/hooks.ts';
import type { ChatSummary } from '#lib/wire/chat.ts';
import { deleteChat } from './delete-chat.ts';
import { RenameField } from './rename-field.tsx';
import { RowState } from './row-state.tsx';

export const ChatRow = memo(function ChatRow({
  chat,
  isOpen,
  onChosen,
}: {
  chat: ChatSummary;
  isOpen: boolean;
  onChosen?: (() => void) | undefined;
}) {
  const client = useClient();
  const [isRenaming, setRenaming] = useState(false);
  const [hasMenu, setMenu] = useState(false);
  const link = useRef<HTMLAnchorElement>(null);
  if (isRenaming) {
    return (
      <li>
        <RenameField
          title={chat.title}
          onDone={(title) => {
            setRenaming(false);
            setMenu(false);
            requestAnimationFrame(() => link.current?.focus());
            if (title !== null) client.rename(chat.id, title);
          }}
        />
      </li>
    );
  }
  return (
    <li
      className={cx(
        'group relative flex h-9 items-center rounded-md [contain-intrinsic-size:auto_2.25rem] [content-visibility:auto] [@media(pointer:coarse)]:h-11',
        hasMenu ? 'bg-hover' : isOpen ? 'bg-wash' : 'hover:bg-hover',
      )}
    >
      <a
        ref={link}
        href={addressOf(chat.id)}
        aria-current={isOpen ? 'page' : undefined}
        onClick={(event) => {
          openOnPlainClick(event, chat.id);
          onChosen?.();
        }}
        onDoubleClick={() => setRenaming(true)}
        onKeyDown={(event) => {
          if (event.key !== 'F2') return;
          event.preventDefault();
          setRenaming(true);
        }}
        className={cx(
          'flex h-full min-w-0 flex-1 items-center gap-2 rounded-md pr-2 pl-2.5 text-[0.8125rem] -outline-offset-2',
          chat.unread ? 'font-medium text-ink' : isOpen ? 'text-ink' : 'text-soft group-hover:text-ink',
        )}
      >
        <span className="min-w-0 flex-1 truncate">{chat.title || 'New chat'}</span>
        <RowState chat={chat} />
      </a>
      <div
        className={cx(
          'shrink-0 pr-1 [@media(any-pointer:coarse)]:block',
          hasMenu || isOpen ? 'block' : 'hidden group-focus-within:block group-hover:block',
        )}
      >
        <Menu
          onOpenChange={setMenu}
          trigger={
            <button
              type="button"
              aria-label={`Options of ${chat.title || 'New chat'}`}
              className="grid size-7 place-items-center rounded-md text-faint -outline-offset-2 hover:text-ink"
            >
              <Ellipsis size={16} />
            </button>
          }
        >
          <MenuItem icon={<Pencil size={15} />} onSelect={() => setRenaming(true)}>
            Rename
          </MenuItem>
          <MenuItem bad icon={<Trash2 size={15} />} onSelect={() => deleteChat(client, chat, isOpen)}>
            Delete
          </MenuItem>
        </Menu>
      </div>
    </li>
  );
});
