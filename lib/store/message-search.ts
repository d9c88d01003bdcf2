/** Characters of a message that are searched, from its beginning; also in the SQL of the migration `search`. */
export const SEARCHED = 200_000;

/**
 * Where messages are found. Every method that is asked for a person has the owner in the query itself: messages of others,
 * of removed chats and without a text are never found. Throws a Refusal `storage_unavailable` when the database is away.
 */
export interface MessageSearch {
  /** Whether vectors can be kept at all: not on a Postgres server without pgvector. */
  readonly hasVectors: boolean;

  /**
   * Messages that hold every word of `text`, best first. The last word may go on, unless a blank or another mark ends it.
   * Nothing in `text` has a meaning of its own: no operators, no wildcards.
   */
  byWords(userId: string, text: string, limit: number): Promise<string[]>;

  /** Messages with pieces near to the vector, nearest first, each once. Pieces of other models are passed over. */
  byMeaning(userId: string, asked: AskedVector, limit: number): Promise<NearPiece[]>;

  /** Those of the messages that this person has, in any order. */
  read(userId: string, messageIds: readonly string[]): Promise<FoundMessage[]>;

  /** How many messages with a text this person has, and how many of them wait for vectors. */
  progress(userId: string): Promise<{ total: number; waiting: number }>;

  /**
   * Where a message lies: null when this person has none of this id in that chat; `below` is the number of messages under
   * it on the selected path, null when it is on another branch; `before` is the message `further` + 1 under it, null when
   * the path ends sooner.
   */
  place(userId: string, message: MessagePlace, further: number): Promise<PlacedMessage | null>;

  /** Messages that lack vectors, the newest first, without those named. */
  waiting(limit: number, without: readonly string[]): Promise<WaitingMessage[]>;

  /**
   * Replaces the pieces of each message whose text is still that of `version`, and takes it off those that wait; the
   * others are left alone. In one transaction.
   */
  keep(messages: readonly EmbeddedMessage[]): Promise<void>;

  /** Whatever has pieces of another model waits again. @returns how many messages that are */
  renew(model: string): Promise<number>;
}

export interface AskedVector {
  model: string;
  vector: Float32Array;
}

export interface NearPiece {
  messageId: string;
  /** Cosine similarity, -1 to 1. */
  likeness: number;
  /** Where the piece begins in the text, in UTF-16 units. */
  at: number;
}

export interface FoundMessage {
  messageId: string;
  chatId: string;
  chatTitle: string;
  role: 'user' | 'assistant';
  /** Milliseconds since 1970. */
  createdAt: number;
  /** At most `SEARCHED` characters of it. */
  text: string;
}

export interface MessagePlace {
  chatId: string;
  messageId: string;
}

export interface PlacedMessage {
  below: number | null;
  before: string | null;
}

export interface WaitingMessage {
  messageId: string;
  version: string;
  /** At most `SEARCHED` characters of it. */
  text: string;
}

export interface EmbeddedMessage {
  messageId: string;
  version: string;
  model: string;
  pieces: readonly EmbeddedPiece[];
}

export interface EmbeddedPiece {
  /** Where it begins in the text, in UTF-16 units. */
  at: number;
  /** Null for a piece that the model refuses: kept, so that it is not asked for again. */
  vector: Float32Array | null;
}
