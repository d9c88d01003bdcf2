import { create } from 'zustand/react';

/** Whether the panel of everything that runs is open. */
const usePanel = create(() => ({ isOpen: false }));

export function useFlowPanel(): boolean {
  return usePanel(({ isOpen }) => isOpen);
}

export function openFlowPanel(): void {
  usePanel.setState({ isOpen: true });
}

export function closeFlowPanel(): void {
  usePanel.setState({ isOpen: false });
}

export function toggleFlowPanel(): void {
  usePanel.setState(({ isOpen }) => ({ isOpen: !isOpen }));
}

/** Where the panel lies over the page, it makes room for what was chosen in it. */
export function leaveFlowPanel(): void {
  if (window.matchMedia('(max-width: 1023px)').matches) closeFlowPanel();
}
