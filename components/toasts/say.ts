export interface Saying {
  message: string;
  tone?: 'plain' | 'bad';
  action?: { label: string; onClick: () => void };
  /** Milliseconds. */
  duration?: number;
}

let waiting: Saying[] = [];
let hear: ((saying: Saying) => void) | null = null;
const listeners = new Set<() => void>();

/** Tells a person something once, in passing. */
export function say(saying: Saying): void {
  if (hear !== null) return hear(saying);
  waiting = [...waiting, saying];
  for (const listener of listeners) listener();
}

/** Whether something was said that nobody could show yet. */
export function hasWaiting(): boolean {
  return waiting.length > 0;
}

export function onWaiting(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Hands over what waits, and from then on everything as it is said. @returns ends that */
export function listenToSayings(listener: (saying: Saying) => void): () => void {
  const first = waiting;
  waiting = [];
  hear = listener;
  for (const saying of first) listener(saying);
  return () => {
    hear = null;
  };
}
