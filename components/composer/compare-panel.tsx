'use client';

import { useEffect, useRef } from 'react';
import { preloadComparison } from '#components/comparison/lazy-comparison.tsx';
import { hasMouse } from '#components/focus.ts';
import { Button } from '#components/ui/button.tsx';
import { useModels } from '#lib/client/hooks.ts';
import { limits } from '#lib/wire/protocol.ts';
import { CompareChooser } from './compare-chooser.tsx';

/** Which models answer the next message side by side. */
export function ComparePanel({
  chosen,
  onChange,
  onDone,
}: {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  onDone: () => void;
}) {
  const { models } = useModels();
  const panel = useRef<HTMLDivElement>(null);
  const clear = () => {
    onChange([]);
    focusIn(panel.current, 'input:checked');
  };
  useEffect(preloadComparison, []);
  // It takes the place of the list of models, and of the button there that had the focus.
  useEffect(() => focusIn(panel.current, hasMouse() ? 'input:enabled' : 'ul input:enabled'), []);
  return (
    <div ref={panel}>
      <h2 className="px-3 pt-3 pb-1.5 font-medium text-[0.8125rem]">Answer side by side</h2>
      <CompareChooser
        models={models}
        chosen={chosen}
        least={2}
        most={limits.comparedAnswers}
        onChange={onChange}
      >
        {chosen.length > 1 ? (
          <Button look="ghost" size="small" onClick={clear}>
            Clear
          </Button>
        ) : null}
        <Button look="solid" size="small" onClick={onDone}>
          Done
        </Button>
      </CompareChooser>
    </div>
  );
}

function focusIn(panel: HTMLElement | null, what: string): void {
  panel?.querySelector<HTMLElement>(what)?.focus();
}
