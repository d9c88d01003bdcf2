'use client';

import { useIsAway } from '#components/away.tsx';
import { roughly } from '#components/format.ts';
import { cx } from '#components/ui/cx.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useNow } from '#components/use-now.ts';
import { useFlow } from '#lib/client/flow-hooks.ts';
import type { FlowSight } from '#lib/client/state.ts';
import type { Flow } from '#lib/wire/flow.ts';
import { hasNews } from '../flow-words.ts';
import { RaceSection } from '../race/race-section.tsx';
import { LaneCard } from './lane-card.tsx';
import { LaneTable } from './lane-table.tsx';

/** What goes through the gate, everybody's, as it goes. */
export function FlowPage() {
  const sight = useFlow();
  return (
    <div className="relative min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-[112rem] px-[clamp(1rem,3vw,2.5rem)] pt-2 pb-16">
        <h1 className="font-semibold text-2xl tracking-tight">Flow</h1>
        <Lanes sight={sight} />
        <RaceSection sight={sight} />
      </div>
    </div>
  );
}

function Lanes({ sight }: { sight: FlowSight | null }) {
  const isAway = useIsAway();
  const now = useNow(sight !== null && !isAway);
  if (sight === null) {
    return (
      <div role="status" aria-label="Loading the lanes" className="mt-4 grid gap-4">
        <Skeleton className="h-5 w-64" />
        <Skeleton className="h-48 w-full rounded-xl" />
      </div>
    );
  }
  const { lanes, at } = sight.now;
  const used = lanes.filter(hasNews);
  const since = Math.max(0, now - sight.heardAt);
  return (
    <>
      <p className="mt-1 text-soft tabular-nums">
        {isAway ? 'Not connected: these are the numbers from before.' : summary(sight.now)}
      </p>
      <h2 className="sr-only">Lanes</h2>
      <div className={cx('mt-5 grid gap-4', isAway && 'saturate-0')}>
        {used.length === 0 ? <NoCalls /> : null}
        <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,44rem),1fr))] gap-4 empty:hidden">
          {used.map((lane) => (
            <LaneCard
              key={lane.lane}
              lane={lane}
              points={sight.points}
              end={at}
              opensInMs={isAway || lane.opensInMs === null ? null : lane.opensInMs - since}
            />
          ))}
        </div>
        {lanes.length === 0 ? null : <LaneTable lanes={lanes} />}
      </div>
    </>
  );
}

function NoCalls() {
  return (
    <p className="rounded-xl border border-line border-dashed px-6 py-10 text-center text-balance text-soft">
      No calls in the last five minutes. A lane is drawn here with the first call to its model: send a
      message, or start the race below.
    </p>
  );
}

function summary({ held, limit, waiting, oldestWaitMs }: Flow): string {
  const open = `${held} of ${limit} calls open`;
  if (waiting === 0) return `${open}, nothing waits.`;
  return `${open}, ${waiting} ${waiting === 1 ? 'waits' : 'wait'}, the longest for ${roughly(oldestWaitMs)}.`;
}
