'use client';

import { Waves } from 'lucide-react';
import { useIsAway } from '#components/away.tsx';
import { cx } from '#components/ui/cx.ts';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { useGate } from '#lib/client/flow-hooks.ts';
import { toggleFlowPanel, useFlowPanel } from './panel-state.ts';

/** What goes through the gate, everybody's; quiet while nothing does. Opens the panel. */
export function FlowPill() {
  const gate = useGate();
  const isOpen = useFlowPanel();
  const isAway = useIsAway();
  const isBusy = gate !== null && !isAway && gate.held + gate.waiting > 0;
  const words = isBusy ? `streaming ${gate.held} of ${gate.limit} · waiting ${gate.waiting}` : '';
  return (
    <Tooltip words={isBusy ? 'Flow' : 'Flow: nothing runs'} shortcut="Mod+Shift+F">
      <button
        type="button"
        aria-label={isBusy ? `Flow: ${words}` : 'Flow'}
        aria-expanded={isOpen}
        aria-live="off"
        onClick={toggleFlowPanel}
        className={cx(
          'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-xs tabular-nums transition-colors hover:bg-hover [@media(pointer:coarse)]:h-9',
          isBusy ? 'bg-wash text-accent' : isOpen ? 'bg-hover text-ink' : 'text-faint hover:text-ink',
        )}
      >
        <Waves size={14} aria-hidden="true" className="shrink-0" />
        {isBusy ? (
          <>
            <span className="max-sm:hidden">{words}</span>
            <span className="sm:hidden">
              {gate.held} of {gate.limit} · {gate.waiting}
            </span>
          </>
        ) : (
          <span className="max-sm:hidden">Flow</span>
        )}
      </button>
    </Tooltip>
  );
}
