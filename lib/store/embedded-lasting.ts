import { panicOf } from './embedded-frames.ts';
import type { Backend } from './embedded-socket.ts';

export interface Database extends Backend {
  close(): Promise<void>;
}

/** A disk that was full a moment ago is full now: opening takes a second or two that others wait for. */
const restMs = 1_000;

/**
 * A Postgres server that panics, for example because the disk is full in the middle of a write, starts again by itself;
 * PGlite stays as it is and answers nothing any more. This one is closed and opened anew before the next turn. What was
 * committed is there then; the turn that panicked fails, and so do all until it opens.
 */
export async function lastingBackend(
  open: () => Promise<Database>,
  onPanic: (reason: string) => void,
  clock: () => number = () => performance.now(),
): Promise<Database> {
  let database: Database | null = await open();
  let failed: { at: number; error: unknown } | null = null;

  async function reopened(): Promise<Database> {
    if (failed !== null && clock() - failed.at < restMs) throw failed.error;
    try {
      return await open();
    } catch (error) {
      failed = { at: clock(), error };
      throw error;
    }
  }

  async function giveUp(broken: Database, reason: string): Promise<never> {
    database = null;
    failed = null;
    onPanic(reason);
    // It has nothing left to say that could be acted on.
    await broken.close().catch(() => undefined);
    throw new Error(`The database gave up: ${reason}`);
  }

  return {
    async execProtocolRaw(message) {
      database ??= await reopened();
      const alive = database;
      const answer = await alive
        .execProtocolRaw(message)
        .catch((error: unknown) => giveUp(alive, error instanceof Error ? error.message : String(error)));
      const reason = panicOf(answer);
      return reason === null ? answer : giveUp(alive, reason);
    },
    async close() {
      await database?.close();
    },
  };
}
