/** Weir cannot start. The message is one line that says what to do; it is all that people get to see. */
export class StartupError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StartupError';
  }
}
