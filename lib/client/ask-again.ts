const EVERY_MS = 2_000;

/** What of the page this looks at. */
export interface Sight {
  readonly hidden: boolean;
}

/**
 * Asks again every two seconds, one question at a time, and not while nobody sees the answer. What fails is asked again like
 * the rest: whoever asked first shows what went wrong.
 * @returns the end of it
 */
export function askAgain(
  ask: (signal: AbortSignal) => Promise<unknown>,
  sight: Sight = document,
): () => void {
  const leave = new AbortController();
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking || sight.hidden) return;
    isAsking = true;
    const over = () => {
      isAsking = false;
    };
    ask(leave.signal).then(over, over);
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    leave.abort();
  };
}
