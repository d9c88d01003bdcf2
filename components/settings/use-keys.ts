'use client';

import { useCallback, useEffect, useState } from 'react';
import { KeysRefused, listKeys, makeKey, revokeKey } from '#lib/client/api-keys.ts';
import type { ApiKey, NewApiKey } from '#lib/wire/api-key.ts';

export interface Keys {
  /** Null until they are there. */
  list: ApiKey[] | null;
  /** Why they are not. */
  fault: string | null;
  reload: () => void;
  /** Both reject with a sentence for people. */
  make: (name: string) => Promise<NewApiKey>;
  revoke: (id: string) => Promise<void>;
}

export function useKeys(): Keys {
  const [list, setList] = useState<ApiKey[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const reload = useCallback(() => {
    setFault(null);
    listKeys().then(setList, (error: unknown) => setFault(sentenceOf(error)));
  }, []);
  useEffect(reload, [reload]);
  return {
    list,
    fault,
    reload,
    async make(name) {
      const made = await makeKey(name);
      setList((before) => [made.info, ...(before ?? [])]);
      return made;
    },
    async revoke(id) {
      await revokeKey(id);
      setList((before) => before?.filter((key) => key.id !== id) ?? null);
    },
  };
}

export function sentenceOf(error: unknown): string {
  if (error instanceof KeysRefused) return error.message;
  return 'Weir cannot be reached. Try again in a moment.';
}
