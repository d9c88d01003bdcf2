'use client';

import { useEffect } from 'react';
import type { Generation } from '#lib/wire/chat.ts';
import type { Race } from '#lib/wire/flow.ts';
import { allActivityView } from './activity-view.ts';
import { useClient, useView } from './hooks.ts';
import type { FlowSight, GateTotals } from './state.ts';

/** Everybody's calls; null before the first welcome. */
export function useGate(): GateTotals | null {
  return useView((state) => state.gate);
}

/** Every answer of this person that runs or waits: first what runs, then what waits, in order. */
export function useAllActivity(): readonly Generation[] {
  return useView(allActivityView);
}

/** Asks for the flow while the component is shown; null until it comes. */
export function useFlow(): FlowSight | null {
  const client = useClient();
  useEffect(() => client.flow.watch(), [client]);
  return useView((state) => state.flow);
}

/** `undefined` until it is known; told to those who look at the flow. */
export function useRace(): Race | null | undefined {
  return useView((state) => state.race);
}

/** Whether a request for a race has not been answered yet. */
export function useIsRaceAsked(): boolean {
  return useView(({ requests }) => requests.some(({ message }) => message.type === 'race'));
}
