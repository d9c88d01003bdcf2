'use client';

import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import { replaceAddress, searchOf, useSearch as useQuery } from '#components/navigation.ts';
import { SearchBoard, type SearchView } from '#lib/client/search-board.ts';
import { searchOverHttp } from '#lib/client/search-http.ts';

export interface SearchInUse {
  view: SearchView;
  write: (text: string) => void;
  /** Looks at once. */
  again: () => void;
}

/** The search of this page. The address holds what is looked for, so that the way back from a message leads to it. */
export function useSearch(): SearchInUse {
  const [board] = useState(() => new SearchBoard(searchOverHttp));
  const view = useStore(board.store);
  const asked = new URLSearchParams(useQuery()).get('q') ?? '';
  useEffect(() => board.ask(asked, board.store.getState().answer === null), [board, asked]);
  useEffect(() => () => board.close(), [board]);
  return {
    view,
    write: (text) => {
      board.ask(text);
      replaceAddress(searchOf(text));
    },
    again: () => board.again(),
  };
}
