import { cx } from './cx.ts';

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cx('skeleton', className)} />;
}

/** Lines of a text that is still to come. */
export function SkeletonText({ className }: { className?: string }) {
  return (
    <div aria-hidden="true" className={cx('grid gap-2.5 pt-1', className)}>
      <Skeleton className="h-3.5 w-full" />
      <Skeleton className="h-3.5 w-11/12" />
      <Skeleton className="h-3.5 w-2/3" />
    </div>
  );
}
