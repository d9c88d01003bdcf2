/** One answer as the client sees it. */
export interface Listener {
  text(piece: string): void;
  done(): void;
  failed(why: string): void;
}

/** One socket to the server under test, greeted and ready to ask. */
export interface Channel {
  /** Asks for one answer of the model. */
  ask(model: string, listener: Listener): void;
  close(): void;
}

export const prompt = 'Say the numbered words, please.';
