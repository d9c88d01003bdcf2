'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { Menu, MenuChoices, MenuLabel } from '#components/ui/menu.tsx';
import { usePreference } from './preference.ts';

export const themes = [
  { value: 'system', label: 'System', icon: <Monitor size={15} /> },
  { value: 'light', label: 'Light', icon: <Sun size={15} /> },
  { value: 'dark', label: 'Dark', icon: <Moon size={15} /> },
];

export function ThemeMenu() {
  const [theme, setTheme] = usePreference('theme');
  const current = themes.find((one) => one.value === theme) ?? themes[0];
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <Button look="ghost" size="small" aria-label={`Theme: ${current?.label ?? 'System'}`}>
          {current?.icon}
          Theme
        </Button>
      }
    >
      <MenuLabel>Theme</MenuLabel>
      <MenuChoices
        value={theme || 'system'}
        onChange={(value) => setTheme(value === 'system' ? '' : value)}
        choices={themes}
      />
    </Menu>
  );
}
