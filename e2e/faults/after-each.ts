import { afterEach } from 'vitest';
import { RawClient } from '../raw-client.ts';

/** What a failed test leaves open, or running, would fail the next one too, which then says nothing. */
afterEach(async ({ task }) => {
  for (const client of [...RawClient.open]) {
    const isLeft = task.result?.state === 'fail' && client.closeCode === null;
    if (isLeft) await client.ask({ type: 'stop-all' }).catch(() => undefined);
    await client.close();
  }
});
