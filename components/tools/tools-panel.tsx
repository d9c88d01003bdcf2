'use client';

import { useId } from 'react';
import { Button } from '#components/ui/button.tsx';
import { useClient } from '#lib/client/hooks.ts';
import { useChatTools, useNewEquipment, useToolsets } from '#lib/client/tool-hooks.ts';
import type { Toolset } from '#lib/wire/tool.ts';

/** Checkboxes for everything there is, with what is down and why. */
export function ToolsPanel({ chatId }: { chatId: string | null }) {
  const client = useClient();
  const toolsets = useToolsets();
  const equipment = useNewEquipment();
  const { tools, preset } = useChatTools(chatId);
  const choose = (next: string[]) => {
    if (chatId !== null) return client.tools.equip(chatId, next);
    const isNothing = next.length === 0 && (equipment?.instructions ?? '') === '';
    client.tools.choose(isNothing ? null : { ...equipment, tools: next });
  };
  const toggle = (id: string) =>
    choose(tools.includes(id) ? tools.filter((one) => one !== id) : [...tools, id]);
  const known = new Set(toolsets.map(({ id }) => id));
  const lost = tools.filter((id) => !known.has(id));
  if (toolsets.length === 0) {
    return <p className="p-3 text-[0.8125rem] text-soft">Tools are listed once there is a connection.</p>;
  }
  return (
    <div className="max-h-[min(28rem,60dvh)] overflow-y-auto p-1.5">
      <p className="px-2 pt-1 pb-1.5 text-faint text-xs">
        What the model may use in this chat. What changes things asks you first.
      </p>
      {preset === null ? null : (
        <div className="mx-2 mb-1.5 flex items-center gap-2 rounded-md bg-wash px-2.5 py-1.5 text-xs">
          <span className="min-w-0 truncate">
            Preset: <span className="font-medium">{preset}</span>
          </span>
          {chatId === null ? (
            <Button
              look="link"
              size="small"
              className="ml-auto text-xs"
              onClick={() => client.tools.choose(null)}
            >
              Remove
            </Button>
          ) : null}
        </div>
      )}
      <ul>
        {toolsets.map((toolset) => (
          <ToolsetRow
            key={toolset.id}
            toolset={toolset}
            isOn={tools.includes(toolset.id)}
            onToggle={() => toggle(toolset.id)}
          />
        ))}
        {lost.map((id) => (
          <ToolsetRow key={id} toolset={gone(id)} isOn onToggle={() => toggle(id)} />
        ))}
      </ul>
    </div>
  );
}

function ToolsetRow({ toolset, isOn, onToggle }: { toolset: Toolset; isOn: boolean; onToggle: () => void }) {
  const { title, description, state, problem, tools } = toolset;
  const id = useId();
  const asks = tools.filter(({ changesThings }) => changesThings).length;
  return (
    <li className="rounded-md hover:bg-hover">
      <label className="flex cursor-pointer items-start gap-2.5 px-2 py-1.5">
        <input
          type="checkbox"
          checked={isOn}
          onChange={onToggle}
          aria-labelledby={`${id}-title`}
          aria-describedby={id}
          className="mt-0.5 size-4 shrink-0 accent-(--color-accent)"
        />
        <span className="min-w-0">
          <span id={`${id}-title`} className="block font-medium text-[0.8125rem]">
            {title}
          </span>
          <span id={id} className="block text-xs">
            <span className="text-faint">{description}</span>
            {state === 'down' ? <span className="block text-warn">Not there. {problem}</span> : null}
            {state === 'connecting' ? <span className="block text-soft">Connecting …</span> : null}
            {tools.length > 1 ? (
              <span className="mt-0.5 block break-words font-mono text-2xs text-faint">
                {tools.map(({ name }) => name).join(', ')}
              </span>
            ) : null}
            {asks > 0 ? (
              <span className="block text-soft">
                {asks === tools.length ? 'Asks first' : `${asks} of ${tools.length} ask first`}
              </span>
            ) : null}
          </span>
        </span>
      </label>
    </li>
  );
}

function gone(id: string): Toolset {
  const problem = 'It is not in the configuration any more.';
  return { id, title: id.replace(/^mcp:/, ''), description: '', state: 'down', problem, tools: [] };
}
