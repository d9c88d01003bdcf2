import { hasMouse } from './focus.ts';

/** Who moves the focus on purpose has done it by then. */
const GRACE_MS = 100;
const CAN_HAVE_IT =
  'a[href], button:enabled, input:enabled, textarea:enabled, select:enabled, summary, [tabindex="0"]';
const TEXT = 'textarea, input:not([type]), input[type="text"]';

/**
 * What has the focus may go by itself, as the button that stops an answer when that ends. The focus would fall to
 * nowhere, and the next Tab begin at the top of the page; it goes to what is nearest instead. What was
 * disabled for a while gets it back.
 * @returns ends it
 */
export function keepFocus(): () => void {
  let held: Element | null = null;
  let around: Element[] = [];
  let wasBusy = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const hold = (element: Element | null) => {
    held = element;
    wasBusy = false;
    around = element === null ? [] : ancestors(element);
  };
  const give = () => {
    timer = null;
    if (held === null || !isNowhere() || isBusy(held)) return;
    // What is still there and lost the focus: somebody pressed elsewhere, and meant it.
    const place = !isThere(held) ? nearest(around) : wasBusy ? held : null;
    hold(null);
    if (place instanceof HTMLElement) place.focus({ preventScroll: true });
  };
  // Cheap: it is asked at every change of the page.
  const look = () => {
    if (held === null || timer !== null) return;
    if (isBusy(held)) wasBusy = true;
    if (isNowhere()) timer = setTimeout(give, GRACE_MS);
  };
  const onFocus = (event: FocusEvent) => hold(event.target instanceof Element ? event.target : null);
  const observer = new MutationObserver(look);
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['disabled', 'hidden'],
  });
  document.addEventListener('focusin', onFocus);
  document.addEventListener('focusout', look);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', onFocus);
    document.removeEventListener('focusout', look);
    if (timer !== null) clearTimeout(timer);
  };
}

function isNowhere(): boolean {
  const { activeElement, body } = document;
  return activeElement === null || activeElement === body || isBusy(activeElement);
}

/** Disabled, as while a server is asked: it goes, or it comes back. */
function isBusy(element: Element): boolean {
  return element.isConnected && element.matches(':disabled');
}

function isThere(element: Element): boolean {
  return element.isConnected && element.checkVisibility();
}

function ancestors(element: Element): Element[] {
  const found: Element[] = [];
  for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement)
    found.push(at);
  return found;
}

/** In the closest part of the page that is still there: the text of a form, else the first that can have the focus. */
function nearest(around: readonly Element[]): HTMLElement | null {
  for (const element of around.filter(({ isConnected }) => isConnected)) {
    // What lay over the page has nothing near.
    const field = element.closest('form, main')?.querySelector<HTMLElement>('form textarea, textarea');
    const isWide = element.matches('form, main') || element.closest('form') !== null;
    const found = [...element.querySelectorAll<HTMLElement>(CAN_HAVE_IT)];
    const place = [...(isWide && field ? [field] : []), ...found].find(mayHaveIt);
    if (place !== undefined) return place;
  }
  return null;
}

/** A field would open the keyboard of a phone. */
function mayHaveIt(element: HTMLElement): boolean {
  return element.checkVisibility() && (hasMouse() || !element.matches(TEXT));
}
