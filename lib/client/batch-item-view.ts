import type { BatchItem, BatchItemEvent, ItemState } from '#lib/wire/batch.ts';

/** One item as it is read: what the server stored, and over it the outputs that are being made. */
export interface ItemView {
  item: BatchItem;
  /** By stage; only of stages that have no output yet. */
  arriving: Readonly<Record<number, string>>;
}

export function applyItemEvent(view: ItemView | null, event: BatchItemEvent): ItemView | null {
  if (event.type === 'item') return { item: event.item, arriving: kept(view, event.item) };
  if (view === null) return null;
  const before = view.arriving[event.stage] ?? '';
  // What is missing before the offset comes with the next whole item.
  if (event.at > before.length) return view;
  return {
    ...view,
    arriving: { ...view.arriving, [event.stage]: before.slice(0, event.at) + event.text },
  };
}

/** A stage that has ended, and an item that is not worked on, hold all there is. */
function kept(view: ItemView | null, item: BatchItem): ItemView['arriving'] {
  if (view === null || item.state !== 'running') return {};
  const open = Object.entries(view.arriving).filter(([at]) => item.stages[Number(at)]?.output === null);
  return Object.fromEntries(open);
}

/** @returns what has come of the output of a stage; null while nothing has */
export function outputOf({ item, arriving }: ItemView, stage: number): string | null {
  return item.stages[stage]?.output ?? arriving[stage] ?? null;
}

/** Whether more is to come of an item. */
export function isMoving(state: ItemState): boolean {
  return state === 'waiting' || state === 'running';
}
