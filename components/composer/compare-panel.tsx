'use client';

import { useEffect } from 'react';
import { preloadComparison } from '#components/comparison/lazy-comparison.tsx';
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
  useEffect(preloadComparison, []);
  return (
    <>
      <h2 className="px-3 pt-3 pb-1.5 font-medium text-[0.8125rem]">Answer side by side</h2>
      <CompareChooser
        models={models}
        chosen={chosen}
        least={2}
        most={limits.comparedAnswers}
        onChange={onChange}
      >
        {chosen.length > 1 ? (
          <Button look="ghost" size="small" onClick={() => onChange([])}>
            Clear
          </Button>
        ) : null}
        <Button look="solid" size="small" onClick={onDone}>
          Done
        </Button>
      </CompareChooser>
    </>
  );
}
