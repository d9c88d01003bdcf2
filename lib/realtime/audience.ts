import { Groups } from '#lib/generation/groups.ts';
import type { LiveGeneration } from '#lib/generation/live-generation.ts';
import type { Publish } from '#lib/generation/publish.ts';
import type { FollowUpChange, PathChange } from '#lib/store/chat-store.ts';
import type { BatchSummary } from '#lib/wire/batch.ts';
import type { ChatSummary, ModelInfo } from '#lib/wire/chat.ts';
import type { Race } from '#lib/wire/flow.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { Connection } from './connection.ts';

/** Who is connected, and how changes reach them: everything of a person goes to their connections and to no other. */
export class Audience implements Publish {
  readonly #connections = new Set<Connection>();
  readonly #byUser = new Groups<Connection>();

  join(connection: Connection): void {
    this.#connections.add(connection);
    this.#byUser.add(connection.visitor.userId, connection);
  }

  leave(connection: Connection): void {
    this.#connections.delete(connection);
    this.#byUser.delete(connection.visitor.userId, connection);
  }

  all(): ReadonlySet<Connection> {
    return this.#connections;
  }

  of(userId: string): ReadonlySet<Connection> {
    return this.#byUser.of(userId);
  }

  state(generation: LiveGeneration): void {
    for (const connection of this.of(generation.userId)) connection.state(generation);
  }

  ended(generation: LiveGeneration, stored: { revision: number; chat: ChatSummary } | null): void {
    const event = {
      type: 'state',
      generation: generation.view(),
      revision: stored?.revision ?? null,
    } as const;
    for (const connection of this.of(generation.userId)) {
      connection.ended(generation, event);
      if (stored !== null) connection.push({ type: 'chat', chat: stored.chat });
    }
  }

  path(userId: string, change: PathChange, options = { whole: false, hasOlder: false }): void {
    for (const connection of this.of(userId)) connection.path(change, options);
  }

  followUps(userId: string, { chat, revision, followUps }: FollowUpChange): void {
    for (const connection of this.of(userId)) {
      connection.structural(chat.id, revision, { type: 'follow-ups', chatId: chat.id, revision, followUps });
    }
  }

  chat(userId: string, chat: ChatSummary): void {
    for (const connection of this.of(userId)) connection.push({ type: 'chat', chat });
  }

  gone(userId: string, chatId: string): void {
    for (const connection of this.of(userId)) connection.gone(chatId);
  }

  race(userId: string, race: Race): void {
    for (const connection of this.of(userId)) connection.pushNewest({ type: 'race', race });
  }

  batch(userId: string, batch: BatchSummary): void {
    for (const connection of this.of(userId))
      connection.pushNewest({ type: 'batch', batch }, `batch ${batch.id}`);
  }

  batchGone(userId: string, batchId: string): void {
    // In the place of a summary that has not left: that must not come after it.
    for (const connection of this.of(userId))
      connection.pushNewest({ type: 'batch-gone', batchId }, `batch ${batchId}`);
  }

  tools(event: ServerEventOf<'tools'>): void {
    for (const connection of this.#connections) connection.pushNewest(event);
  }

  models(models: ModelInfo[], defaultModel: string): void {
    for (const connection of this.#connections) connection.push({ type: 'models', models, defaultModel });
  }
}
