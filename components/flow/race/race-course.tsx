'use client';

import { useIsAway } from '#components/away.tsx';
import { useNow } from '#components/use-now.ts';
import { useModels } from '#lib/client/hooks.ts';
import type { FlowSight } from '#lib/client/state.ts';
import type { Race } from '#lib/wire/flow.ts';
import { half, scaleOf } from './race-shape.ts';
import { RaceLegend, RaceTimeline } from './race-timeline.tsx';
import { failuresOf, outcome } from './race-words.ts';

/** A race as it goes, and how it came out. */
export function RaceCourse({ race, sight }: { race: Race; sight: FlowSight | null }) {
  const isAway = useIsAway();
  const { models } = useModels();
  const now = useNow(race.state === 'running' && !isAway);
  // The server's clock, as far as it can be known here.
  const serverNow = sight === null ? now : sight.now.at + Math.max(0, now - sight.heardAt);
  const [first, second] = [half(race, 'one-by-one', serverNow), half(race, 'at-once', serverNow)];
  const scale = scaleOf(first, second);
  const words = outcome(race);
  return (
    <div className="rounded-xl border border-line bg-raised p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p role="status" className="text-balance font-semibold text-lg tracking-tight tabular-nums">
          {words ?? (race.state === 'running' ? 'Running' : 'Done')}
        </p>
        <p className="text-faint text-xs">
          {models.find(({ id }) => id === race.model)?.label ?? race.model}
        </p>
      </div>
      {failuresOf(race).map((sentence) => (
        <p key={sentence} role="alert" className="mt-1 text-[0.8125rem] text-bad">
          {sentence}
        </p>
      ))}
      <div className="mt-4 grid gap-5">
        <RaceTimeline title="One after the other" half={first} scale={scale} prompts={race.prompts} />
        <RaceTimeline title="All at once" half={second} scale={scale} prompts={race.prompts} />
        <RaceLegend />
      </div>
    </div>
  );
}
