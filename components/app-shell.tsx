'use client';

import { PanelLeft, SquarePen } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { AnalyseChat } from './analyses/analyse-chat.tsx';
import { ChatTitle } from './chat-title.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { FlowPill } from './flow/flow-pill.tsx';
import { LazyFlowPanel } from './flow/lazy-panel.tsx';
import { keepFocus } from './focus-keeper.ts';
import { Sidebar } from './sidebar/sidebar.tsx';
import { toggleSidebar } from './theme/preference.ts';
import { Dialog } from './ui/dialog.tsx';
import { IconButton } from './ui/icon-button.tsx';

const isNarrow = () => window.matchMedia('(max-width: 767px)').matches;

/** Sidebar beside the chat; on phones a drawer over it. */
export function AppShell({
  chatId,
  onNewChat,
  onPalette,
  children,
}: {
  chatId: string | null;
  onNewChat: () => void;
  onPalette: () => void;
  children: ReactNode;
}) {
  const [hasDrawer, setDrawer] = useState(false);
  useEffect(keepFocus, []);
  const closeDrawer = () => setDrawer(false);
  return (
    <div className="relative flex h-dvh overflow-hidden">
      <div data-part="sidebar" className="w-68 shrink-0 border-line border-r max-md:hidden">
        <Sidebar chatId={chatId} onNewChat={onNewChat} onPalette={onPalette} />
      </div>
      <Dialog open={hasDrawer} onOpenChange={setDrawer} title="Chats" place="left">
        <Sidebar
          chatId={chatId}
          onNewChat={() => {
            closeDrawer();
            onNewChat();
          }}
          onPalette={() => {
            closeDrawer();
            onPalette();
          }}
          onChosen={closeDrawer}
        />
      </Dialog>
      <main className="relative flex min-w-0 flex-1 flex-col">
        <header className="flex h-12 shrink-0 items-center gap-1 px-2">
          <span data-part="open-sidebar" className="inline-flex items-center gap-1">
            <IconButton
              label="Open sidebar"
              shortcut="Mod+B"
              icon={<PanelLeft size={17} />}
              onClick={() => (isNarrow() ? setDrawer(true) : toggleSidebar())}
            />
          </span>
          <div className="flex min-w-0 flex-1">
            <ChatTitle key={chatId} chatId={chatId} />
          </div>
          <AnalyseChat chatId={chatId} />
          <FlowPill />
          <span className="md:hidden">
            <IconButton label="New chat" icon={<SquarePen size={17} />} onClick={onNewChat} />
          </span>
        </header>
        <ConnectionBanner />
        {children}
      </main>
      <LazyFlowPanel />
    </div>
  );
}
