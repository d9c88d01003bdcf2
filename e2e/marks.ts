/**
 * Runs inside the page: keeps, as an attribute, which elements have been marked. The mark is there for some seconds only, which a
 * busy machine may need for looking once.
 */
export function keepMarks(): void {
  const keep = () => {
    for (const element of document.querySelectorAll('.marked')) element.setAttribute('data-was-marked', '');
  };
  const options = { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] };
  new MutationObserver(keep).observe(document, options);
}

/** What has been marked on a page that keeps it. */
export const wasMarked = '[data-was-marked]';
