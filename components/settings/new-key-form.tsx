'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { longestKeyName, type NewApiKey } from '#lib/wire/api-key.ts';
import { sentenceOf } from './use-keys.ts';

export function NewKeyForm({
  make,
  onMade,
}: {
  make: (name: string) => Promise<NewApiKey>;
  onMade: (made: NewApiKey) => void;
}) {
  const [name, setName] = useState('');
  const [isMaking, setMaking] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const submit = async () => {
    if (name.trim() === '' || isMaking) return;
    setMaking(true);
    setFault(null);
    try {
      onMade(await make(name.trim()));
    } catch (error) {
      setFault(sentenceOf(error));
      setMaking(false);
    }
  };
  return (
    <form
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="flex flex-wrap items-end gap-2">
        <label className="min-w-0 flex-1 basis-56">
          <span className="mb-1 block text-[0.8125rem] text-soft">Name of a new key</span>
          <input
            value={name}
            maxLength={longestKeyName}
            placeholder="What will use it? For example: laptop"
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
            className="h-9 w-full rounded-md border border-edge bg-canvas px-2.5 text-sm placeholder:text-faint"
          />
        </label>
        <Button look="solid" type="submit" disabled={name.trim() === '' || isMaking}>
          Make a key
        </Button>
      </div>
      {fault === null ? null : (
        <p role="alert" className="mt-2 text-[0.8125rem] text-bad">
          {fault}
        </p>
      )}
    </form>
  );
}
