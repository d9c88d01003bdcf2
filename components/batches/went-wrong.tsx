import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '#components/ui/cx.ts';

/** What went wrong, and the way on. */
export function WentWrong({
  message,
  children,
  className,
}: {
  message: ReactNode;
  children?: ReactNode;
  className?: string;
}) {
  return (
    <div
      role="alert"
      className={cx(
        'flex items-start gap-2 rounded-lg bg-bad-wash px-3.5 py-2.5 text-[0.8125rem] text-bad',
        className,
      )}
    >
      <CircleAlert size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">{message}</div>
      {children}
    </div>
  );
}
