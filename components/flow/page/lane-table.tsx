'use client';

import { cx } from '#components/ui/cx.ts';
import { useModels } from '#lib/client/hooks.ts';
import type { FlowLane } from '#lib/wire/flow.ts';
import { rate, spreadWords } from '../flow-words.ts';
import { failureWords } from './failure-names.ts';

const columns: { name: string; hint?: string; isLong?: boolean; of: (lane: FlowLane) => string }[] = [
  { name: 'Open', hint: 'calls, of the limit', of: ({ held, limit }) => `${held} of ${limit}` },
  { name: 'Working limit', of: ({ workingLimit }) => String(workingLimit) },
  { name: 'Waiting', hint: 'replies', of: ({ waiting }) => String(waiting.interactive) },
  { name: 'Titles', hint: 'waiting', of: ({ waiting }) => String(waiting.helper) },
  { name: 'Background', hint: 'waiting', of: ({ waiting }) => String(waiting.background) },
  { name: 'Waited', hint: 'p50 / p95', of: ({ waited }) => spreadWords(waited) },
  { name: 'First token', hint: 'p50 / p95', of: ({ firstToken }) => spreadWords(firstToken) },
  { name: 'Speed', of: ({ tokensPerSecond }) => rate(tokensPerSecond) },
  { name: 'Retries', hint: '5 min', of: ({ retries }) => String(retries) },
  {
    name: 'Failures',
    hint: '5 min',
    isLong: true,
    of: ({ failures }) => failureWords(failures) || 'none',
  },
];

/** All numbers of all lanes, for comparing and for those who cannot see the charts. */
export function LaneTable({ lanes }: { lanes: readonly FlowLane[] }) {
  return (
    <section
      aria-label="Numbers of the lanes"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-xl border border-line"
    >
      <table aria-label="Lanes" className="w-full text-[0.8125rem] tabular-nums">
        <thead>
          <tr className="border-line border-b bg-side text-left text-xs">
            <th scope="col" className="px-3 py-2 font-medium">
              Lane
            </th>
            {columns.map(({ name, hint }) => (
              <th key={name} scope="col" className="whitespace-nowrap px-3 py-2 align-bottom font-medium">
                {name}
                {hint === undefined ? null : <span className="block font-normal text-faint">{hint}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {lanes.map((lane) => (
            <tr key={lane.lane}>
              <th scope="row" className="whitespace-nowrap px-3 py-2 text-left font-medium">
                <LaneName lane={lane.lane} />
              </th>
              {columns.map(({ name, isLong, of }) => (
                <td
                  key={name}
                  className={cx(
                    'px-3 py-2 text-soft',
                    isLong ? 'min-w-40 whitespace-normal' : 'whitespace-nowrap',
                  )}
                >
                  {of(lane)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function LaneName({ lane }: { lane: string }) {
  const model = useModels().models.find(({ id }) => id === lane);
  if (model === undefined) return lane;
  return (
    <>
      {model.label} <span className="font-normal text-faint text-xs">{model.upstream}</span>
    </>
  );
}
