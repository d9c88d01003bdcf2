/** A keyboard that opens by itself hides half of a phone's screen. */
export function hasMouse(): boolean {
  return window.matchMedia('(pointer: fine)').matches;
}

/** After the page has followed: the message field of wherever it has gone. */
export function focusComposer(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('textarea[aria-label="Message"]')?.focus());
}

/** Back to what had the focus, unless somebody else has taken it; where that is gone, to the message field. */
export function giveFocusBack(to: Element | null): void {
  const { activeElement, body } = document;
  if (activeElement !== null && activeElement !== body && isThere(activeElement)) return;
  if (to instanceof HTMLElement && to !== body && isThere(to)) to.focus();
  else if (hasMouse()) focusComposer();
}

/** After a press that takes its own button away: the focus does not fall to nowhere. */
export function catchFocus(to: () => Element | null = () => null): void {
  requestAnimationFrame(() => giveFocusBack(to()));
}

function isThere(element: Element): boolean {
  return element.isConnected && element.checkVisibility();
}
