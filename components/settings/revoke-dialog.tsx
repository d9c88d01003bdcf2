'use client';

import { useId, useRef } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import type { ApiKey } from '#lib/wire/api-key.ts';

export function RevokeDialog({
  doomed,
  onCancel,
  onRevoke,
}: {
  doomed: ApiKey | null;
  onCancel: () => void;
  onRevoke: (key: ApiKey) => void;
}) {
  // While the dialog leaves, it still says what it was about.
  const last = useRef(doomed);
  if (doomed !== null) last.current = doomed;
  const id = useId();
  const { name = '', lastFour = '' } = last.current ?? {};
  return (
    <Dialog
      open={doomed !== null}
      onOpenChange={(open) => !open && onCancel()}
      title={`Revoke ${name}?`}
      describedBy={id}
    >
      <div className="p-5">
        <p aria-hidden="true" className="truncate font-semibold text-base">
          Revoke “{name}”?
        </p>
        <p id={id} className="mt-1.5 text-soft">
          Programs that use <span className="font-mono text-[0.8125rem]">weir-…{lastFour}</span> are turned
          away from now on. This cannot be undone.
        </p>
        <div className="mt-5 flex flex-wrap justify-end gap-2">
          <Button onClick={onCancel}>Keep it</Button>
          <Button look="danger" onClick={() => doomed && onRevoke(doomed)}>
            Revoke
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
