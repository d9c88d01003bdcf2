/** Somebody whose session cookie is valid. The ids are random (128 bits or more); neither is the cookie's secret. */
export interface Visitor {
  userId: string;
  sessionId: string;
  /** Milliseconds since 1970. Slides forward while the visitor keeps coming. */
  expiresAt: number;
  /** True until the person signs up: a guest is known by the cookie alone. */
  guest: boolean;
}

export interface EndedSession {
  userId: string;
  sessionId: string;
}

/** Who is asking. Whatever needs the database throws `Refusal('storage_unavailable')` while it is away. */
export interface Auth {
  /** Who sends these headers. Null: nobody we know, whatever the cookie says; a bad cookie never throws. Changes nothing that counts. */
  visitor(headers: Headers): Promise<Visitor | null>;
  /**
   * The visitor of these headers, else a new guest with a new session.
   * `setCookie` holds whole Set-Cookie values to pass on; empty when the cookie the browser has is still good.
   * Throws `Refusal('too_many_requests')` with `retryAfterMs` when too many guests came lately, from `remoteAddress` or in all.
   */
  enter(headers: Headers, remoteAddress: string): Promise<{ visitor: Visitor; setCookie: string[] }>;
  /** Ends the session of these headers: its cookie is worth nothing once this resolves. Nobody there: only clears the cookie. */
  leave(headers: Headers): Promise<{ setCookie: string[] }>;
  /** Calls back once for every session ended by `leave`, before `leave` resolves, so that its sockets are closed at once. Returns the way to stop that. */
  onEnd(listener: (ended: EndedSession) => void): () => void;
}
