import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchItems, BatchStage, BatchSummary, BatchUpload } from '#lib/wire/batch.ts';
import { isOver } from '#lib/wire/batch.ts';
import type { RawClient } from '../raw-client.ts';
import type { Weir } from '../weir.ts';
import { asPage } from './session-door.ts';

/** What the page of the batches asks for, as a person who is signed in. */
export class BatchDoor {
  readonly #weir: Weir;
  readonly #cookie: RawClient['cookie'];

  constructor(weir: Weir, { cookie }: Pick<RawClient, 'cookie'>) {
    this.#weir = weir;
    this.#cookie = cookie;
  }

  /** Uploads lines and starts the stages over them. */
  async start(lines: readonly string[], stages: readonly BatchStage[]): Promise<string> {
    const { fileId } = await this.ask<BatchUpload>('POST', '/files?format=lines', lines.join('\n'));
    const wanted = { id: randomUUID(), name: 'a batch', fileId, stages };
    return (await this.ask<BatchSummary>('POST', '', JSON.stringify(wanted))).id;
  }

  one(id: string): Promise<BatchSummary> {
    return this.ask('GET', `/${id}`);
  }

  async items(id: string): Promise<BatchItems['items']> {
    const items: BatchItems['items'] = [];
    for (let after: number | null = -1; after !== null; ) {
      const page: BatchItems = await this.ask('GET', `/${id}/items?limit=200&after=${after}`);
      items.push(...page.items);
      after = page.next;
    }
    return items;
  }

  async over(id: string): Promise<BatchSummary> {
    return this.until(id, ({ state }) => isOver(state));
  }

  async until(id: string, holds: (batch: BatchSummary) => boolean): Promise<BatchSummary> {
    for (;;) {
      const batch = await this.one(id);
      if (holds(batch)) return batch;
      await sleep(50);
    }
  }

  async ask<T>(method: string, path: string, body?: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.#weir.port}/api/batches${path}`, {
      method,
      headers: asPage(this.#weir, this.#cookie),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
