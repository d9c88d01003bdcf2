import { BATCHES_ADDRESS } from '#components/navigation.ts';

export type BatchPlace =
  | { page: 'list' }
  | { page: 'new' }
  /** `item`: the index of the one that is read. */
  | { page: 'one'; id: string; item: number | null };

export const NEW_BATCH_ADDRESS = `${BATCHES_ADDRESS}/new`;

export function batchPlace(path: string): BatchPlace {
  const [id = '', item = ''] = path.slice(BATCHES_ADDRESS.length + 1).split('/');
  if (id === '') return { page: 'list' };
  if (id === 'new') return { page: 'new' };
  // People count from one.
  return { page: 'one', id, item: /^[1-9]\d{0,6}$/.test(item) ? Number(item) - 1 : null };
}

export function batchAddress(id: string, item: number | null = null): string {
  return `${BATCHES_ADDRESS}/${id}${item === null ? '' : `/${item + 1}`}`;
}
