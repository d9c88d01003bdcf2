'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { say } from '#components/toasts/say.ts';
import { IconButton } from './icon-button.tsx';

const SHOWN_MS = 1_600;

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      say({ message: 'The browser did not allow copying' });
    }
  };
  return (
    <>
      <IconButton
        label={label}
        icon={isCopied ? <Check size={15} className="text-accent" /> : <Copy size={15} />}
        onClick={() => void copy()}
      />
      <span role="status" className="sr-only">
        {isCopied ? 'Copied' : ''}
      </span>
    </>
  );
}
