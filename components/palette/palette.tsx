'use client';

import { Command } from 'cmdk';
import {
  Activity,
  CornerDownLeft,
  KeyRound,
  Layers,
  MessageSquare,
  PanelLeft,
  ScanText,
  Square,
  SquarePen,
  TextSearch,
  Waves,
} from 'lucide-react';
import { useState } from 'react';
import { openFlowPanel } from '#components/flow/panel-state.ts';
import {
  ANALYSES_ADDRESS,
  analysesOf,
  BATCHES_ADDRESS,
  FLOW_ADDRESS,
  go,
  openChat,
  SETTINGS_ADDRESS,
  searchOf,
  useOpenChat,
} from '#components/navigation.ts';
import { RowState } from '#components/sidebar/row-state.tsx';
import { setPreference, toggleSidebar } from '#components/theme/preference.ts';
import { themes } from '#components/theme/theme-menu.tsx';
import { Keys } from '#components/ui/keys.tsx';
import { useChats } from '#lib/client/hooks.ts';
import { Item, row } from './item.tsx';

const MOST = 60;
const heading =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-faint';

/** Everything by keyboard: jump to a chat, begin one, switch the theme; also the sheet of shortcuts. */
export function Palette({ onDone, onNewChat }: { onDone: () => void; onNewChat: () => void }) {
  const chats = useChats();
  const { id: chatId } = useOpenChat();
  const [typed, setTyped] = useState('');
  const after = (act: () => void) => () => {
    onDone();
    act();
  };
  return (
    <Command label="Commands" loop>
      <Command.Input
        autoFocus
        value={typed}
        onValueChange={setTyped}
        aria-label="Find a chat or a command"
        placeholder="Find a chat or a command"
        className="h-12 w-full border-line border-b bg-transparent px-4 text-sm outline-none placeholder:text-faint"
      />
      <Command.List className="max-h-[min(26rem,60dvh)] overflow-y-auto p-1.5">
        <Command.Empty className="px-2.5 py-4 text-[0.8125rem] text-faint">
          Nothing of this name
        </Command.Empty>
        <Command.Group heading="Do" className={heading}>
          <Item icon={<SquarePen size={15} />} shortcut="Mod+Shift+O" onSelect={after(onNewChat)}>
            New chat
          </Item>
          <Item icon={<PanelLeft size={15} />} shortcut="Mod+B" onSelect={after(toggleSidebar)}>
            Open or close the sidebar
          </Item>
          <Item icon={<Waves size={15} />} shortcut="Mod+Shift+F" onSelect={after(openFlowPanel)}>
            Flow: everything of yours that runs
          </Item>
          <Item icon={<Activity size={15} />} onSelect={after(() => go(FLOW_ADDRESS))}>
            Flow: lanes and race
          </Item>
          <Item icon={<Layers size={15} />} onSelect={after(() => go(BATCHES_ADDRESS))}>
            Batches
          </Item>
          <Item icon={<ScanText size={15} />} onSelect={after(() => go(ANALYSES_ADDRESS))}>
            Analyses
          </Item>
          {chats.some(({ id }) => id === chatId) ? (
            <Item icon={<ScanText size={15} />} onSelect={after(() => go(analysesOf(chatId ?? '')))}>
              Analyse this chat
            </Item>
          ) : null}
          <Item icon={<KeyRound size={15} />} onSelect={after(() => go(SETTINGS_ADDRESS))}>
            Settings: API keys
          </Item>
          {themes.map(({ value, label, icon }) => (
            <Item
              key={value}
              icon={icon}
              onSelect={after(() => setPreference('theme', value === 'system' ? '' : value))}
            >
              Theme: {label}
            </Item>
          ))}
        </Command.Group>
        {chats.length === 0 ? null : (
          <Command.Group heading="Chats" className={heading}>
            {chats.slice(0, MOST).map((chat) => (
              <Command.Item
                key={chat.id}
                value={chat.id}
                keywords={[chat.title]}
                onSelect={after(() => openChat(chat.id))}
                className={row}
              >
                <MessageSquare size={15} className="shrink-0 text-faint" />
                <span className="min-w-0 flex-1 truncate">{chat.title || 'New chat'}</span>
                <RowState chat={chat} />
              </Command.Item>
            ))}
          </Command.Group>
        )}
        <Command.Group forceMount>
          <Command.Item
            value="search-messages"
            forceMount
            onSelect={after(() => go(searchOf(typed.trim())))}
            className={row}
          >
            <TextSearch size={15} className="shrink-0 text-soft" />
            <span className="min-w-0 flex-1 truncate">
              {typed.trim() === '' ? 'Search messages' : `Search messages for “${typed.trim()}”`}
            </span>
          </Command.Item>
        </Command.Group>
      </Command.List>
      <footer className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-t px-4 py-2 text-faint text-xs">
        <span className="inline-flex items-center gap-1.5">
          <CornerDownLeft size={12} /> open
        </span>
        <span className="inline-flex items-center gap-1.5">
          <Square size={11} /> <Keys keys="Esc" /> stops an answer
        </span>
        <span>
          <Keys keys="/" /> goes to the message
        </span>
        <span>
          <Keys keys="Shift+Enter" /> breaks a line
        </span>
      </footer>
    </Command>
  );
}
