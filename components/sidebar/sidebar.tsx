'use client';

import { Command, Layers, PanelLeft, ScanText, Settings, SquarePen, TextSearch } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  ANALYSES_ADDRESS,
  addressOf,
  BATCHES_ADDRESS,
  goOnPlainClick,
  openOnPlainClick,
  SEARCH_ADDRESS,
  SETTINGS_ADDRESS,
  useOpenChat,
} from '#components/navigation.ts';
import { toggleSidebar } from '#components/theme/preference.ts';
import { ThemeMenu } from '#components/theme/theme-menu.tsx';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { WeirMark } from '#components/ui/weir-mark.tsx';
import { ChatFilter } from './chat-filter.tsx';
import { ChatList } from './chat-list.tsx';

export interface SidebarProps {
  /** The open chat; null on the page of a new one. */
  chatId: string | null;
  onNewChat: () => void;
  onPalette: () => void;
  /** After something was chosen; a drawer closes then. */
  onChosen?: () => void;
}

export function Sidebar({ chatId, onNewChat, onPalette, onChosen }: SidebarProps) {
  const [filter, setFilter] = useState('');
  const { page } = useOpenChat();
  return (
    <nav aria-label="Chats" className="flex h-full min-h-0 flex-col bg-side">
      <div className="flex h-12 shrink-0 items-center justify-between pr-2 pl-3">
        <a
          href={addressOf(null)}
          onClick={(event) => {
            openOnPlainClick(event, null);
            onChosen?.();
          }}
          className="flex items-center gap-2 rounded-md font-semibold text-[0.9375rem] tracking-tight"
        >
          <WeirMark className="size-5 text-accent" />
          Weir
        </a>
        <IconButton
          label="Close sidebar"
          shortcut="Mod+B"
          icon={<PanelLeft size={17} />}
          onClick={() => (onChosen ?? toggleSidebar)()}
        />
      </div>
      <div className="flex shrink-0 flex-col gap-1.5 px-2 pb-1">
        <Button className="w-full justify-start px-2.5" onClick={onNewChat}>
          <SquarePen size={16} className="text-accent" />
          New chat
        </Button>
        <PageLink address={SEARCH_ADDRESS} isOpen={page === 'Search'} onChosen={onChosen}>
          <TextSearch size={16} aria-hidden="true" />
          Search
        </PageLink>
        <PageLink address={BATCHES_ADDRESS} isOpen={page === 'Batches'} onChosen={onChosen}>
          <Layers size={16} aria-hidden="true" />
          Batches
        </PageLink>
        <PageLink address={ANALYSES_ADDRESS} isOpen={page === 'Analyses'} onChosen={onChosen}>
          <ScanText size={16} aria-hidden="true" />
          Analyses
        </PageLink>
        <ChatFilter value={filter} onChange={setFilter} />
      </div>
      <ChatList chatId={chatId} filter={filter} onChosen={onChosen} />
      <div className="flex shrink-0 items-center justify-between border-line border-t px-2 py-1.5 pb-[max(0.375rem,env(safe-area-inset-bottom))]">
        <ThemeMenu />
        <Button look="ghost" size="small" onClick={onPalette}>
          <Command size={15} />
          Commands
        </Button>
        <SettingsLink onChosen={onChosen} />
      </div>
    </nav>
  );
}

function PageLink({
  address,
  isOpen,
  onChosen,
  children,
}: Pick<SidebarProps, 'onChosen'> & { address: string; isOpen: boolean; children: ReactNode }) {
  return (
    <a
      href={address}
      aria-current={isOpen ? 'page' : undefined}
      onClick={(event) => {
        goOnPlainClick(event, address);
        onChosen?.();
      }}
      className="flex h-9 items-center gap-1.5 rounded-md px-2.5 font-medium text-soft text-sm hover:bg-hover hover:text-ink aria-[current=page]:bg-wash aria-[current=page]:text-ink"
    >
      {children}
    </a>
  );
}

function SettingsLink({ onChosen }: Pick<SidebarProps, 'onChosen'>) {
  return (
    <Tooltip words="Settings">
      <a
        href={SETTINGS_ADDRESS}
        aria-label="Settings"
        onClick={(event) => {
          goOnPlainClick(event, SETTINGS_ADDRESS);
          onChosen?.();
        }}
        className="inline-flex size-7 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink [@media(pointer:coarse)]:size-9"
      >
        <Settings size={15} />
      </a>
    </Tooltip>
  );
}
