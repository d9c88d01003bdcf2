'use client';

import { Flag } from 'lucide-react';
import { useChosenModel } from '#components/composer/chosen-model.ts';
import { Button } from '#components/ui/button.tsx';
import { useGate, useIsRaceAsked, useRace } from '#lib/client/flow-hooks.ts';
import { useClient, useConnection, useModels } from '#lib/client/hooks.ts';
import type { FlowSight } from '#lib/client/state.ts';
import { RaceCourse } from './race-course.tsx';
import { promptsOf, useRaceDraft } from './race-prompts.ts';
import { RaceSetup } from './race-setup.tsx';
import { capWords } from './race-words.ts';

/** The same prompts one after the other, then all at once: what the gate makes of it, measured. */
export function RaceSection({ sight }: { sight: FlowSight | null }) {
  const client = useClient();
  const race = useRace();
  const gate = useGate();
  const isAsked = useIsRaceAsked();
  const { phase } = useConnection();
  const { models } = useModels();
  const [chosen] = useChosenModel('new');
  const draft = useRaceDraft();
  const prompts = promptsOf(draft);
  const model = models.find(({ id }) => id === draft.model)?.id ?? chosen;
  const lane = sight?.now.lanes.find((one) => one.lane === model);
  const isRunning = race?.state === 'running';
  const isEmpty = prompts.some((prompt) => prompt.trim() === '');
  return (
    <section aria-labelledby="race" className="mt-12">
      <h2 id="race" className="font-semibold text-xl tracking-tight">
        Race
      </h2>
      <p className="mt-1 max-w-prose text-soft">
        Runs the same prompts one after the other and then all at once, through the same gate as everything
        else, and measures both. Every prompt is answered twice; nothing of it ends up in your chats.
      </p>
      <div className="mt-4 grid gap-4 xl:grid-cols-[minmax(0,26rem)_minmax(0,1fr)] xl:items-start xl:gap-8">
        <div className="grid gap-3">
          <RaceSetup
            model={model}
            prompts={prompts}
            cap={capWords(prompts.length, gate?.limit ?? null, lane?.limit ?? null)}
          />
          <div className="flex items-center gap-3">
            {isRunning ? (
              <Button onClick={() => client.flow.stopRace()}>Stop</Button>
            ) : (
              <Button
                look="solid"
                disabled={isAsked || isEmpty || phase !== 'open' || model === ''}
                onClick={() => client.flow.race(model, prompts)}
              >
                <Flag size={15} aria-hidden="true" />
                Race
              </Button>
            )}
            {isEmpty ? <span className="text-[0.8125rem] text-bad">A prompt is empty</span> : null}
          </div>
        </div>
        {race == null ? (
          <p className="rounded-xl border border-line border-dashed px-6 py-10 text-center text-balance text-soft">
            Two timelines will be drawn here, on one scale.
          </p>
        ) : (
          <RaceCourse race={race} sight={sight} />
        )}
      </div>
    </section>
  );
}
