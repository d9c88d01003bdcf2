'use client';

import { useEffect, useState } from 'react';
import { preloadComparison } from '#components/comparison/lazy-comparison.tsx';
import { CompareChooser } from '#components/composer/compare-chooser.tsx';
import { Button } from '#components/ui/button.tsx';
import { useModels } from '#lib/client/hooks.ts';
import { limits } from '#lib/wire/protocol.ts';

/** Which models answer a message once more, beside the answer that there is. */
export function CompareWith({ onAsk }: { onAsk: (models: string[]) => void }) {
  const { models } = useModels();
  const [chosen, setChosen] = useState<string[]>([]);
  useEffect(preloadComparison, []);
  return (
    <>
      <div className="px-3 pt-3 pb-1.5">
        <h2 className="font-medium text-[0.8125rem]">Compare with</h2>
        <p className="mt-0.5 text-soft text-xs">They answer the same message, beside this answer.</p>
      </div>
      <CompareChooser
        models={models}
        chosen={chosen}
        least={1}
        most={limits.comparedAnswers - 1}
        onChange={setChosen}
      >
        <Button look="solid" size="small" disabled={chosen.length === 0} onClick={() => onAsk(chosen)}>
          {chosen.length > 1 ? `Ask ${chosen.length} times` : 'Ask'}
        </Button>
      </CompareChooser>
    </>
  );
}
