'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import { useAnnouncement, useClient } from '#lib/client/hooks.ts';
import { LazyAnalysesPage } from './analyses/lazy-analyses-page.tsx';
import { AppShell } from './app-shell.tsx';
import { AwayProvider } from './away.tsx';
import { LazyBatchesPage } from './batches/lazy-batches-page.tsx';
import { Conversation } from './chat/conversation.tsx';
import { LazyFlowPage } from './flow/page/lazy-flow-page.tsx';
import { openChat, type Place, useOpenChat } from './navigation.ts';
import { PageTitle } from './page-title.tsx';
import { LazyPalette } from './palette/lazy-palette.tsx';
import { LazySearchPage } from './search/lazy-search-page.tsx';
import { LazySettingsPage } from './settings/lazy-settings-page.tsx';
import { toggleSidebar } from './theme/preference.ts';
import { LazyToaster } from './toasts/lazy-toaster.tsx';
import { sayNotice } from './toasts/say-notice.ts';
import { preloadMenus } from './ui/menu.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** The whole page: a client of the socket, mounted once and kept while one moves between chats. */
export function ChatApp() {
  const client = useClient();
  const place = useOpenChat();
  const field = useRef<HTMLTextAreaElement>(null);
  const [hasPalette, setPalette] = useState(false);

  useEffect(() => client.start(), [client]);
  useEffect(preloadMenus, []);
  useEffect(() => client.onNotice((notice) => sayNotice(client, notice)), [client]);
  const newChat = () => {
    openChat(null);
    requestAnimationFrame(() => field.current?.focus());
  };
  useShortcuts({
    chatId: place.id,
    newChat,
    openPalette: () => setPalette(true),
    toggleSidebar,
    focusField: () => field.current?.focus(),
  });

  return (
    <TooltipProvider delayDuration={500} skipDelayDuration={200}>
      <PageTitle chatId={place.id} page={place.page ?? ''} />
      <AwayProvider>
        <AppShell chatId={place.id} onNewChat={newChat} onPalette={() => setPalette(true)}>
          <Page place={place} field={field} />
        </AppShell>
        <LazyPalette open={hasPalette} onOpenChange={setPalette} onNewChat={newChat} />
      </AwayProvider>
      <Announcer />
      <LazyToaster />
    </TooltipProvider>
  );
}

function Page({ place, field }: { place: Place; field: RefObject<HTMLTextAreaElement | null> }) {
  if (place.page === 'Flow') return <LazyFlowPage />;
  if (place.page === 'Batches') return <LazyBatchesPage />;
  if (place.page === 'Analyses') return <LazyAnalysesPage />;
  if (place.page === 'Search') return <LazySearchPage />;
  if (place.page === 'Settings') return <LazySettingsPage />;
  return <Conversation place={place} field={field} />;
}

function Announcer() {
  const words = useAnnouncement();
  return (
    <div aria-live="polite" className="sr-only">
      {words}
    </div>
  );
}
