'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { say } from '#components/toasts/say.ts';
import { Button } from '#components/ui/button.tsx';
import type { NewApiKey } from '#lib/wire/api-key.ts';

/** The one time that a key is shown. */
export function FreshKey({ fresh, onDone }: { fresh: NewApiKey; onDone: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const copyButton = useRef<HTMLButtonElement>(null);
  useEffect(() => copyButton.current?.focus(), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(fresh.key);
      setCopied(true);
    } catch {
      say({ message: 'The browser did not allow copying: select the key and copy it' });
    }
  };
  return (
    <section aria-label="New key" className="mt-4 rounded-xl border border-line bg-wash p-4">
      <p>
        <strong className="font-semibold">{fresh.info.name}</strong> is ready. Copy the key now: it is not
        shown again.
      </p>
      <code className="mt-3 block select-all break-all rounded-md border border-line bg-canvas px-3 py-2 font-mono text-[0.8125rem]">
        {fresh.key}
      </code>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button ref={copyButton} look="solid" onClick={() => void copy()}>
          {isCopied ? <Check size={15} /> : <Copy size={15} />}
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
        <Button onClick={onDone}>Done</Button>
      </div>
      <span role="status" className="sr-only">
        {isCopied ? 'Copied' : ''}
      </span>
    </section>
  );
}
