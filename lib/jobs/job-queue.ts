/** `llm` work waits for models, `cpu` work keeps this process busy: reading in and writing out large files. */
export type WorkKind = 'llm' | 'cpu';

/**
 * Tells some process that there is something to do about a batch. Only a call to look: what is to be done stands in the batch's
 * row, and who may do it is decided by its lease. So a call that comes twice does no harm, and a lost one comes again with
 * the next look for abandoned batches.
 */
export interface JobQueue {
  /** At most one call of a kind waits for a batch. */
  send(kind: WorkKind, batchId: string): Promise<void>;
  /** One handler at a time for each kind. One that rejects is called again later, a few times. */
  work(kind: WorkKind, handler: (batchId: string) => Promise<void>): Promise<void>;
  /** No handler is called any more; resolves when those that run are over. */
  close(): Promise<void>;
}
