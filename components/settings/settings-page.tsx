'use client';

import { useState } from 'react';
import type { NewApiKey } from '#lib/wire/api-key.ts';
import { FreshKey } from './fresh-key.tsx';
import { KeyList } from './key-list.tsx';
import { NewKeyForm } from './new-key-form.tsx';
import { Usage } from './usage.tsx';
import { useKeys } from './use-keys.ts';

/** What one can set: for now, keys for programs. */
export function SettingsPage() {
  const keys = useKeys();
  const [fresh, setFresh] = useState<NewApiKey | null>(null);
  return (
    <div className="relative min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-3xl px-[clamp(1rem,3vw,2.5rem)] pt-2 pb-16">
        <h1 className="font-semibold text-2xl tracking-tight">Settings</h1>
        <section aria-labelledby="api-keys" className="mt-6">
          <h2 id="api-keys" className="font-semibold text-base">
            API keys
          </h2>
          <p className="mt-1 max-w-prose text-soft">
            With a key, your programs use the models of this Weir in OpenAI’s format. Their calls wait at the
            same gate as your chats, and count as yours.
          </p>
          {fresh === null ? (
            <NewKeyForm make={keys.make} onMade={setFresh} />
          ) : (
            <FreshKey fresh={fresh} onDone={() => setFresh(null)} />
          )}
          <KeyList
            keys={keys}
            onRevoked={(id) => {
              if (fresh?.info.id === id) setFresh(null);
            }}
          />
        </section>
        <Usage />
      </div>
    </div>
  );
}
