/** Raised whenever an older client would misread a frame; a mismatch tells the page to reload. */
export const PROTOCOL_VERSION = 4;

export const SOCKET_PATH = '/ws';

export const limits = {
  /** Bytes of one client frame. */
  frameBytes: 128 * 1024,
  /** UTF-16 units of one message of a person. */
  textLength: 100_000,
  titleLength: 200,
  /** Answers that are shown side by side. */
  comparedAnswers: 6,
  /** Messages of the selected path in one page. */
  pageSize: 60,
  /** Chats one connection may watch at once. */
  watchedChats: 64,
} as const;

export const timing = {
  /** Milliseconds between two application beats of the server; browsers do not see protocol pings. */
  beatMs: 20_000,
  /** Silence after which a client takes the connection for dead. */
  silenceMs: 35_000,
} as const;
