'use client';

import { ChevronDown, Columns3 } from 'lucide-react';
import { Menu, MenuItem, MenuLabel } from '#components/ui/menu.tsx';
import { useModels } from '#lib/client/hooks.ts';

/** The other models that could answer the same, in the place of this answer or beside it. */
export function RegenerateMenu({
  current,
  onChoose,
  onCompare,
}: {
  current: string;
  onChoose: (model: string) => void;
  onCompare: () => void;
}) {
  const { models } = useModels();
  const others = models.filter(({ id }) => id !== current);
  if (models.length === 0) return null;
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label="With another model"
          title="With another model"
          className="-ml-1 grid h-7 w-5 place-items-center rounded-md text-soft hover:bg-hover hover:text-ink [@media(pointer:coarse)]:h-9 [@media(pointer:coarse)]:w-8"
        >
          <ChevronDown size={13} />
        </button>
      }
    >
      <MenuItem icon={<Columns3 size={14} aria-hidden="true" className="text-soft" />} onSelect={onCompare}>
        Compare with …
      </MenuItem>
      {others.length === 0 ? null : <MenuLabel>Answer again with</MenuLabel>}
      {others.map(({ id, label }) => (
        <MenuItem key={id} onSelect={() => onChoose(id)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
