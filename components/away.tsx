'use client';

import { createContext, type ReactNode, useContext } from 'react';
import { useConnection } from '#lib/client/hooks.ts';
import { useLasting } from './use-now.ts';

/** Breaks shorter than this are nobody's business. */
export const QUIET_MS = 1_000;

const Away = createContext(false);

/** One clock for the whole page, so that a row that comes into view knows at once. */
export function AwayProvider({ children }: { children: ReactNode }) {
  const isAway = useLasting(useConnection().phase !== 'open', QUIET_MS);
  return <Away value={isAway}>{children}</Away>;
}

/** Whether the connection has been gone for more than a blink: what is shown of answers is from before. */
export function useIsAway(): boolean {
  return useContext(Away);
}
