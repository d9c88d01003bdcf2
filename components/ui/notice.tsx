import type { ReactNode } from 'react';
import { WeirMark } from './weir-mark.tsx';

type Action = { label: string; href: string } | { label: string; onPress: () => void };

const button =
  'inline-flex h-9 items-center rounded-md bg-accent px-3.5 font-medium text-on-accent text-sm hover:bg-accent-deep';

/** A whole page that says one thing and offers one way on. */
export function Notice({
  title,
  children,
  action,
  mark,
}: {
  title: string;
  children: ReactNode;
  action: Action;
  /** For the logs of whoever runs Weir. */
  mark?: string | undefined;
}) {
  return (
    <main className="grid min-h-dvh place-items-center px-6">
      <div className="max-w-sm">
        <WeirMark className="mb-5 size-9 text-accent" />
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        <p className="mt-2 mb-5 text-soft">{children}</p>
        {'href' in action ? (
          <a href={action.href} className={button}>
            {action.label}
          </a>
        ) : (
          <button type="button" onClick={action.onPress} className={button}>
            {action.label}
          </button>
        )}
        {mark === undefined ? null : <p className="mt-5 font-mono text-faint text-xs">Reference {mark}</p>}
      </div>
    </main>
  );
}
