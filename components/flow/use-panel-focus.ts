import { type RefObject, useEffect, useRef } from 'react';
import { giveFocusBack } from '#components/focus.ts';
import { closeFlowPanel } from './panel-state.ts';

/**
 * Takes the focus when the panel opens and gives it back when it closes. Escape closes from inside; from outside it
 * means what it means there. A button that goes while it has the focus leaves it to the panel.
 * @param rows changes whenever buttons may have gone
 */
export function usePanelFocus(panel: RefObject<HTMLElement | null>, rows: unknown): void {
  const isInside = useRef(false);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => giveFocusBack(before);
  }, [panel]);
  useEffect(() => {
    const note = () => {
      isInside.current = panel.current?.contains(document.activeElement) ?? false;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || !isInside.current) return;
      event.preventDefault();
      closeFlowPanel();
    };
    note();
    document.addEventListener('focusin', note);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('focusin', note);
      document.removeEventListener('keydown', onKey);
    };
  }, [panel]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again whenever the rows change
  useEffect(() => {
    if (isInside.current && document.activeElement === document.body) panel.current?.focus();
  }, [panel, rows]);
}
