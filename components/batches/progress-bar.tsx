import { cx } from '#components/ui/cx.ts';
import type { BatchSummary } from '#lib/wire/batch.ts';
import { countWords, shareEnded } from './batch-words.ts';

/** What is done, what failed and what runs, of all items. */
export function ProgressBar({
  batch,
  className = 'h-2',
}: {
  batch: Pick<BatchSummary, 'counts' | 'total' | 'name'>;
  className?: string;
}) {
  const { counts, total } = batch;
  const parts = [
    { name: 'done', count: counts.done, look: 'bg-accent' },
    { name: 'failed', count: counts.failed, look: 'bg-bad' },
    { name: 'running', count: counts.running, look: 'bg-accent/35' },
  ].filter(({ count }) => count > 0);
  return (
    <div
      role="progressbar"
      aria-label={`Progress of ${batch.name}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(shareEnded(batch) * 100)}
      aria-valuetext={countWords(batch).join(', ')}
      className={cx('flex gap-px overflow-hidden rounded-full bg-hover', className)}
    >
      {parts.map(({ name, count, look }) => (
        <span
          key={name}
          className={cx('min-w-0.5 transition-[width] duration-300', look)}
          style={{ width: `${(100 * count) / Math.max(1, total)}%` }}
        />
      ))}
    </div>
  );
}
