'use client';

import { useId } from 'react';
import { FallbackNote } from '#components/fallback-note.tsx';
import { GenerationState } from '#components/generation-state.tsx';
import { addressOf, openOnPlainClick } from '#components/navigation.ts';
import { Button } from '#components/ui/button.tsx';
import { useChats, useClient, useModels } from '#lib/client/hooks.ts';
import type { Generation } from '#lib/wire/chat.ts';
import { rate } from './flow-words.ts';
import { leaveFlowPanel } from './panel-state.ts';

export function PanelRow({
  generation,
  tokensPerSecond,
}: {
  generation: Generation;
  tokensPerSecond: number | null;
}) {
  const client = useClient();
  const title = useChats().find(({ id }) => id === generation.chatId)?.title || 'New chat';
  const { models } = useModels();
  const model = models.find(({ id }) => id === (generation.fallback ?? generation.model));
  const titleId = useId();
  return (
    <li className="flex items-start gap-2 px-2 py-2.5">
      <div className="min-w-0 flex-1">
        <a
          id={titleId}
          href={addressOf(generation.chatId)}
          onClick={(event) => {
            openOnPlainClick(event, generation.chatId);
            leaveFlowPanel();
          }}
          className="block truncate rounded-sm font-medium text-[0.8125rem] hover:underline"
        >
          {title}
        </a>
        <div className="mt-0.5">
          <GenerationState generation={generation} />
        </div>
        <p className="mt-0.5 flex gap-2 text-faint text-xs tabular-nums">
          <span className="min-w-0 truncate">{model?.label ?? generation.fallback ?? generation.model}</span>
          {tokensPerSecond === null ? null : <span className="shrink-0">{rate(tokensPerSecond)}</span>}
        </p>
        <FallbackNote generation={generation} />
      </div>
      <Button
        size="small"
        className="[@media(pointer:coarse)]:h-9"
        aria-describedby={titleId}
        disabled={generation.state.name === 'stopping'}
        onClick={() => client.stop(generation.chatId, generation.id)}
      >
        Stop
      </Button>
    </li>
  );
}
