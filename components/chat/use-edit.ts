'use client';

import { useState } from 'react';
import { useClient, useDraft } from '#lib/client/hooks.ts';

export interface Edit {
  isOpen: boolean;
  /** It was open before the page was loaded or scrolled here: nobody has asked for the focus now. */
  isRestored: boolean;
  text: string;
  setText: (text: string) => void;
  open: () => void;
  close: () => void;
}

/** Editing a message that exists; what is changed is kept like a draft, also over reloads. */
export function useEdit(messageId: string, given: string): Edit {
  const key = `edit.${messageId}`;
  const { drafts } = useClient();
  const [draft, setDraft] = useDraft(key);
  const [isOpen, setOpen] = useState(() => drafts.read(key) !== '');
  const [isRestored, setRestored] = useState(isOpen);
  const [isEmptied, setEmptied] = useState(false);
  return {
    isOpen,
    isRestored,
    text: draft === '' && !isEmptied ? given : draft,
    setText: (text) => {
      setEmptied(text === '');
      setDraft(text === given ? '' : text);
    },
    open: () => {
      setRestored(false);
      setOpen(true);
    },
    close: () => {
      setOpen(false);
      setEmptied(false);
      setDraft('');
    },
  };
}
