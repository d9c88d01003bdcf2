import { cx } from '#components/ui/cx.ts';
import { HEIGHT, type Sample, stepArea, stepLine, WIDTH } from './chart-shape.ts';

export interface ChartProps {
  title: string;
  /** The newest value, in words. */
  value: string;
  /** The right edge, milliseconds since 1970. */
  end: number;
  /** The top edge. */
  max: number;
  area: readonly Sample[];
  tone?: 'accent' | 'wait';
  /** Drawn over the area: what may be, in words and as a line. */
  bounds?: { title: string; look: 'solid' | 'dashed'; line: readonly Sample[] }[];
}

const tones = {
  accent: { area: 'fill-accent/20', line: 'stroke-accent' },
  wait: { area: 'fill-soft/15', line: 'stroke-soft' },
} as const;

const bounding = {
  solid: { line: 'stroke-warn', swatch: 'bg-warn' },
  dashed: {
    line: 'stroke-edge [stroke-dasharray:4_3]',
    swatch: 'bg-[repeating-linear-gradient(90deg,var(--edge)_0_4px,transparent_4px_7px)]',
  },
} as const;

/** Five minutes of one number. For the eye only: the table says the same in words. */
export function Chart({ title, value, end, max, area, tone = 'accent', bounds = [] }: ChartProps) {
  return (
    <figure aria-hidden="true" className="min-w-0">
      <figcaption className="mb-1.5 flex flex-wrap items-baseline gap-x-2 text-xs">
        <span className="text-soft">{title}</span>
        <span className="font-medium tabular-nums">{value}</span>
      </figcaption>
      <div className="flex gap-1.5">
        <div className="flex w-7 shrink-0 flex-col justify-between text-right text-2xs text-faint tabular-nums leading-none">
          <span>{max.toLocaleString('en')}</span>
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          className="h-20 min-w-0 flex-1 overflow-visible border-line border-b"
        >
          <path d={stepArea(area, end, max)} className={tones[tone].area} />
          <Line samples={area} end={end} max={max} className={tones[tone].line} />
          {bounds.map((bound) => (
            <Line
              key={bound.title}
              samples={bound.line}
              end={end}
              max={max}
              className={bounding[bound.look].line}
            />
          ))}
        </svg>
      </div>
      <div className="mt-1.5 flex justify-between gap-2 pl-8.5 text-2xs text-faint leading-none">
        <span>5 min ago</span>
        <span className="flex gap-2.5">
          {bounds.map((bound) => (
            <span key={bound.title} className="inline-flex items-center gap-1">
              <span className={cx('h-0.5 w-4.5', bounding[bound.look].swatch)} />
              {bound.title}
            </span>
          ))}
        </span>
        <span>now</span>
      </div>
    </figure>
  );
}

function Line({
  samples,
  end,
  max,
  className,
}: {
  samples: readonly Sample[];
  end: number;
  max: number;
  className: string;
}) {
  return (
    <path
      d={stepLine(samples, end, max)}
      fill="none"
      strokeWidth="1.5"
      vectorEffect="non-scaling-stroke"
      className={className}
    />
  );
}
