import type { ChatStore } from '#lib/store/chat-store.ts';
import type { Log } from '#lib/telemetry/log.ts';

/** Long enough to undo a deletion, short enough for "deleted" to be true. */
const UNDO_MS = 60_000;
const INTERVAL_MS = 20_000;

/** Removes deleted chats for good once their undo has passed. Returns the way to stop that. */
export function purgeChats(store: Pick<ChatStore, 'purge'>, log: Log): () => void {
  const timer = setInterval(() => {
    store.purge(UNDO_MS).then(
      (count) => count > 0 && log.info({ count }, 'deleted chats removed'),
      (error: unknown) => log.warn({ err: error }, 'deleted chats not removed'),
    );
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
