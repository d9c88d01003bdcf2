'use client';

import { ArrowRight, X } from 'lucide-react';
import { useRef } from 'react';
import { useIsAway } from '#components/away.tsx';
import { FLOW_ADDRESS, goOnPlainClick } from '#components/navigation.ts';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { WeirMark } from '#components/ui/weir-mark.tsx';
import { useAllActivity, useFlow, useGate } from '#lib/client/flow-hooks.ts';
import { useClient } from '#lib/client/hooks.ts';
import { PanelRow } from './panel-row.tsx';
import { closeFlowPanel, leaveFlowPanel } from './panel-state.ts';
import { usePanelFocus } from './use-panel-focus.ts';

/** Everything of this person that runs or waits, in every chat. Stands beside the chat, which goes on as ever. */
export function FlowPanel() {
  const client = useClient();
  const flow = useFlow();
  const running = useAllActivity();
  const isAway = useIsAway();
  const panel = useRef<HTMLElement>(null);
  usePanelFocus(panel, running);
  const rates = new Map(flow?.now.mine.map((one) => [one.generation, one.tokensPerSecond]));
  return (
    <section
      ref={panel}
      aria-label="Flow"
      tabIndex={-1}
      className="flex animate-appear flex-col bg-side outline-none max-lg:absolute max-lg:top-12 max-lg:right-2 max-lg:z-30 max-lg:max-h-[62dvh] max-lg:w-[min(22rem,calc(100vw-1rem))] max-lg:rounded-xl max-lg:border max-lg:border-line max-lg:shadow-lift lg:w-84 lg:shrink-0 lg:border-line lg:border-l"
    >
      <header className="flex h-12 shrink-0 items-center gap-2 pr-2 pl-4">
        <h2 className="flex-1 font-medium text-[0.8125rem]">Your answers</h2>
        {running.length === 0 ? null : (
          <Button size="small" onClick={() => client.flow.stopAll()}>
            Stop all
          </Button>
        )}
        <IconButton label="Close" shortcut="Esc" icon={<X size={16} />} onClick={closeFlowPanel} />
      </header>
      {running.length === 0 ? (
        <Nothing />
      ) : (
        <ul className="relative min-h-0 flex-1 divide-y divide-line overflow-y-auto px-2">
          {running.map((generation) => (
            <PanelRow
              key={generation.id}
              generation={generation}
              tokensPerSecond={isAway ? null : (rates.get(generation.id) ?? null)}
            />
          ))}
        </ul>
      )}
      <Everybody />
    </section>
  );
}

function Nothing() {
  return (
    <div className="flex flex-1 flex-col items-center justify-center px-8 py-8 text-center">
      <WeirMark className="mb-3 size-8 text-edge" />
      <p className="font-medium">Still water</p>
      <p className="mt-1 text-balance text-[0.8125rem] text-soft">
        Answers of all your chats and tabs show up here while they are made or wait for their turn.
      </p>
    </div>
  );
}

function Everybody() {
  const gate = useGate();
  const isAway = useIsAway();
  return (
    <footer className="flex shrink-0 items-center justify-between gap-3 border-line border-t px-4 py-2 text-xs">
      <span className="text-faint tabular-nums">
        {gate === null || isAway
          ? ''
          : `Everybody: ${gate.held} of ${gate.limit} open, ${gate.waiting} waiting`}
      </span>
      <a
        href={FLOW_ADDRESS}
        onClick={(event) => {
          goOnPlainClick(event, FLOW_ADDRESS);
          leaveFlowPanel();
        }}
        className="inline-flex min-h-7 shrink-0 items-center gap-1 rounded-sm font-medium text-accent hover:underline"
      >
        Lanes and race
        <ArrowRight size={13} aria-hidden="true" />
      </a>
    </footer>
  );
}
