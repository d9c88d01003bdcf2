import { cx } from '#components/ui/cx.ts';
import type { Bar, Half, Part } from './race-shape.ts';
import { ticks } from './race-shape.ts';
import { runWords, seconds } from './race-words.ts';

const looks: Record<Part, string> = {
  waiting: 'bg-edge/45',
  'first-token': 'bg-accent/35',
  streaming: 'bg-accent',
};

/** More rows than this are drawn thin. */
const FEW = 12;

export function RaceTimeline({
  title,
  half,
  scale,
  prompts,
}: {
  title: string;
  half: Half;
  scale: number;
  prompts: readonly string[];
}) {
  const isThin = half.bars.length > FEW;
  return (
    <div>
      <p className="flex items-baseline justify-between gap-3 text-[0.8125rem]">
        <span className="font-medium">{title}</span>
        <span className="text-soft tabular-nums">
          {half.elapsedMs === null ? 'not yet' : seconds(half.elapsedMs)}
        </span>
      </p>
      <ol aria-label={title} className={cx('mt-2 grid', isThin ? 'gap-px' : 'gap-1')}>
        {half.bars.map((bar) => (
          <Row
            key={bar.run.prompt}
            bar={bar}
            scale={scale}
            prompt={isThin ? '' : (prompts[bar.run.prompt] ?? '')}
            isThin={isThin}
          />
        ))}
      </ol>
      <Axis scale={scale} isThin={isThin} />
    </div>
  );
}

function Row({
  bar: { run, stretches },
  scale,
  prompt,
  isThin,
}: {
  bar: Bar;
  scale: number;
  prompt: string;
  isThin: boolean;
}) {
  const share = (ms: number) => `${(ms / scale) * 100}%`;
  return (
    <li className="flex items-center gap-2">
      <span className="sr-only">{runWords(run)}</span>
      <span
        aria-hidden="true"
        className={cx(
          'shrink-0 truncate text-faint text-xs',
          isThin ? 'hidden' : 'w-5 text-right sm:w-44 sm:text-left',
        )}
      >
        {run.prompt + 1}
        <span className="max-sm:hidden"> {prompt}</span>
      </span>
      <span
        aria-hidden="true"
        className={cx(
          'relative block flex-1 overflow-hidden rounded-sm',
          isThin ? 'h-1.5' : 'h-4',
          run.state === 'failed' ? 'bg-bad-wash' : 'bg-side',
        )}
      >
        {stretches.map(({ part, from, to }) => (
          <span
            key={part}
            className={cx('absolute inset-y-0', run.state === 'failed' ? 'bg-bad' : looks[part])}
            style={{ left: share(from), width: share(to - from) }}
          />
        ))}
      </span>
    </li>
  );
}

function Axis({ scale, isThin }: { scale: number; isThin: boolean }) {
  return (
    <div
      aria-hidden="true"
      className={cx(
        'relative mt-1 h-3 text-2xs text-faint tabular-nums leading-none',
        isThin ? '' : 'ml-7 sm:ml-46',
      )}
    >
      {ticks(scale).map((tick) => (
        <span
          key={tick}
          className={cx(
            'absolute whitespace-nowrap',
            tick > 0 && (tick / scale > 0.96 ? '-translate-x-full' : '-translate-x-1/2'),
          )}
          style={{ left: `${(tick / scale) * 100}%` }}
        >
          {tick === 0 ? '0' : `${tick / 1000} s`}
        </span>
      ))}
    </div>
  );
}

export function RaceLegend() {
  const parts: [Part, string][] = [
    ['waiting', 'waits'],
    ['first-token', 'to the first token'],
    ['streaming', 'streams'],
  ];
  return (
    <ul aria-hidden="true" className="flex flex-wrap gap-x-4 gap-y-1 text-soft text-xs">
      {parts.map(([part, words]) => (
        <li key={part} className="inline-flex items-center gap-1.5">
          <span className={cx('h-2.5 w-4 rounded-sm', looks[part])} />
          {words}
        </li>
      ))}
    </ul>
  );
}
