'use client';

import { usePath } from '#components/navigation.ts';
import { BatchList } from './batch-list.tsx';
import { batchPlace } from './batch-place.ts';
import { NewBatchPage } from './new/new-batch-page.tsx';
import { BatchPage } from './one/batch-page.tsx';

/** Many prompts as one job: all of them, a new one, one with its items. */
export function BatchesPage() {
  const place = batchPlace(usePath());
  switch (place.page) {
    case 'list':
      return <BatchList />;
    case 'new':
      return <NewBatchPage />;
    case 'one':
      return <BatchPage key={place.id} batchId={place.id} item={place.item} />;
  }
}
