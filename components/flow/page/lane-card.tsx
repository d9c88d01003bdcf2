'use client';

import { cx } from '#components/ui/cx.ts';
import { useModels } from '#lib/client/hooks.ts';
import type { FlowLane, FlowPoint } from '#lib/wire/flow.ts';
import { laneWords, rate, waitingIn } from '../flow-words.ts';
import { Chart } from './chart.tsx';
import { ceiling, type Sample } from './chart-shape.ts';
import { laneNotes } from './lane-notes.ts';

const tones = { calm: 'text-faint', live: 'text-accent', warn: 'text-warn' } as const;

export interface LaneCardProps {
  lane: FlowLane;
  points: readonly FlowPoint[];
  end: number;
  /** From now; null when the lane is open. */
  opensInMs: number | null;
}

export function LaneCard({ lane, points, end, opensInMs }: LaneCardProps) {
  const { models } = useModels();
  const model = models.find(({ id }) => id === lane.lane);
  const words = laneWords(lane, opensInMs);
  const notes = laneNotes(lane);
  return (
    <article aria-label={model?.label ?? lane.lane} className="rounded-xl border border-line bg-raised p-4">
      <header className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <h3 className="min-w-0 truncate font-medium">{model?.label ?? lane.lane}</h3>
        {model === undefined ? null : <span className="text-faint text-xs">{model.upstream}</span>}
        <span className={cx('text-[0.8125rem] tabular-nums sm:ml-auto', tones[words.tone])}>
          {words.label}
        </span>
      </header>
      <LaneCharts lane={lane} points={points} end={end} />
      {notes.length === 0 ? null : (
        <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-0.5 text-soft text-xs tabular-nums">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </article>
  );
}

function LaneCharts({ lane, points, end }: Pick<LaneCardProps, 'lane' | 'points' | 'end'>) {
  const series = (pick: (of: FlowPoint['lanes'][number]) => number | null): Sample[] =>
    points.map(({ at, lanes }) => {
      const of = lanes.find((one) => one.lane === lane.lane);
      return { at, value: of === undefined ? null : pick(of) };
    });
  const held = series((of) => of.held);
  const limit = series((of) => of.limit);
  // Drawn only where it says more than the limit.
  const working = series((of) => (of.workingLimit < of.limit ? of.workingLimit : null));
  const hasAdapted = working.some(({ value }) => value !== null);
  const waiting = series((of) => of.waiting);
  const speed = series((of) => of.tokensPerSecond);
  const top = (...all: Sample[][]) => ceiling(all.flat().map(({ value }) => value));
  return (
    <div className="mt-3 grid gap-x-6 gap-y-4 sm:grid-cols-3">
      <Chart
        title="Calls open"
        value={`${lane.held} of ${lane.limit}`}
        end={end}
        max={top(held, limit)}
        area={held}
        bounds={[
          { title: 'limit', look: 'dashed', line: limit },
          ...(hasAdapted ? [{ title: 'working limit', look: 'solid' as const, line: working }] : []),
        ]}
      />
      <Chart
        title="Waiting"
        value={String(waitingIn(lane))}
        end={end}
        max={top(waiting)}
        area={waiting}
        tone="wait"
      />
      <Chart title="Speed" value={rate(lane.tokensPerSecond)} end={end} max={top(speed)} area={speed} />
    </div>
  );
}
