'use client';

import { LoaderCircle, Unplug } from 'lucide-react';
import { useClient, useConnection } from '#lib/client/hooks.ts';
import { QUIET_MS } from './away.tsx';
import { Button } from './ui/button.tsx';
import { useLasting, useNow } from './use-now.ts';

/** A page that opens gets longer before anybody is told. */
const QUIET_AT_START_MS = 4_000;

/** Says that the connection is gone and when it comes back. Nothing is lost meanwhile, so it stays calm. */
export function ConnectionBanner() {
  const client = useClient();
  const { phase, retryAt, reason, everOpen } = useConnection();
  const isAway = phase === 'connecting' || phase === 'waiting';
  const shows = useLasting(isAway, everOpen ? QUIET_MS : QUIET_AT_START_MS);
  const now = useNow(phase === 'waiting' && shows);
  if (phase === 'stopped') {
    return (
      <Bar>
        <Unplug size={14} aria-hidden="true" className="shrink-0 text-warn" />
        <span>{reason ?? 'The connection was closed.'}</span>
        <Button look="link" size="small" onClick={() => location.reload()}>
          Reload
        </Button>
      </Bar>
    );
  }
  if (!shows) return null;
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
  return (
    <Bar>
      <LoaderCircle size={14} aria-hidden="true" className="shrink-0 animate-turn text-accent" />
      {phase === 'waiting' && seconds > 0 ? (
        <>
          <span className="tabular-nums">
            {everOpen ? 'Reconnecting' : 'Trying again'} in {seconds} s
          </span>
          <Button look="link" size="small" onClick={() => client.reconnectNow()}>
            Retry now
          </Button>
        </>
      ) : (
        <span>{everOpen ? 'Reconnecting' : 'Connecting'}</span>
      )}
    </Bar>
  );
}

/** Lies over the messages: what one reads must not move because of it. */
function Bar({ children }: { children: React.ReactNode }) {
  return (
    <div
      role="status"
      className="absolute top-12 left-1/2 z-20 flex w-max max-w-[calc(100%-2rem)] -translate-x-1/2 animate-appear items-center gap-2.5 rounded-full border border-line bg-raised px-3.5 py-1 text-[0.8125rem] text-soft shadow-lift"
    >
      {children}
    </div>
  );
}
