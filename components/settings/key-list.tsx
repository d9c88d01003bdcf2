'use client';

import { useRef, useState } from 'react';
import { catchFocus } from '#components/focus.ts';
import { say } from '#components/toasts/say.ts';
import { Button } from '#components/ui/button.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { ApiKey } from '#lib/wire/api-key.ts';
import { keyWords } from './key-words.ts';
import { RevokeDialog } from './revoke-dialog.tsx';
import { type Keys, sentenceOf } from './use-keys.ts';

export function KeyList({ keys, onRevoked }: { keys: Keys; onRevoked: (id: string) => void }) {
  const [doomed, setDoomed] = useState<ApiKey | null>(null);
  const nextRevoke = useRef<HTMLElement | null>(null);
  const revoke = async ({ id, name }: ApiKey) => {
    setDoomed(null);
    const rows = [...document.querySelectorAll<HTMLElement>('button[data-revokes]')];
    const at = rows.findIndex(({ dataset }) => dataset.revokes === id);
    nextRevoke.current = rows[at + 1] ?? rows[at - 1] ?? null;
    try {
      await keys.revoke(id);
      onRevoked(id);
      // Its row goes, and with it the button that was pressed.
      catchFocus(() => nextRevoke.current ?? document.querySelector('main input'));
      say({ message: `Revoked “${name}”` });
    } catch (error) {
      say({ message: `“${name}” is not revoked. ${sentenceOf(error)}`, tone: 'bad' });
    }
  };
  if (keys.fault !== null) return <Fault words={keys.fault} onRetry={keys.reload} />;
  if (keys.list === null) return <Loading />;
  return (
    <>
      {keys.list.length === 0 ? (
        <p className="mt-5 rounded-xl border border-line border-dashed px-6 py-8 text-center text-soft">
          No keys yet. Name one above, and it is yours until you revoke it.
        </p>
      ) : (
        <ul aria-label="API keys" className="mt-5 divide-y divide-line rounded-xl border border-line">
          {keys.list.map((key) => (
            <KeyRow key={key.id} info={key} onRevoke={() => setDoomed(key)} />
          ))}
        </ul>
      )}
      <RevokeDialog doomed={doomed} onCancel={() => setDoomed(null)} onRevoke={(key) => void revoke(key)} />
    </>
  );
}

function KeyRow({ info, onRevoke }: { info: ApiKey; onRevoke: () => void }) {
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{info.name}</p>
        <p className="flex flex-wrap gap-x-3 text-[0.8125rem] text-faint">
          <span className="font-mono">weir-…{info.lastFour}</span>
          <span>{keyWords(info, Date.now())}</span>
        </p>
      </div>
      <Button
        look="ghost"
        size="small"
        data-revokes={info.id}
        aria-label={`Revoke ${info.name}`}
        onClick={onRevoke}
      >
        Revoke
      </Button>
    </li>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the keys" className="mt-5 grid gap-px">
      <Skeleton className="h-16 w-full rounded-xl" />
    </div>
  );
}

function Fault({ words, onRetry }: { words: string; onRetry: () => void }) {
  return (
    <div role="alert" className="mt-5 flex flex-wrap items-center gap-3 rounded-xl bg-bad-wash px-4 py-3">
      <p className="flex-1 basis-56">The keys could not be loaded. {words}</p>
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}
