'use client';

import { useEffect } from 'react';
import { Toaster as Sonner, toast } from 'sonner';
import { usePreference } from '#components/theme/preference.ts';
import { listenToSayings, type Saying } from './say.ts';

export function Toaster() {
  const [theme] = usePreference('theme');
  useEffect(() => listenToSayings(show), []);
  return (
    <Sonner
      theme={theme === 'light' || theme === 'dark' ? theme : 'system'}
      position="bottom-left"
      toastOptions={{ className: 'weir-toast' }}
    />
  );
}

function show({ message, tone, action, duration }: Saying): void {
  const options = { ...(action ? { action } : {}), ...(duration ? { duration } : {}) };
  if (tone === 'bad') toast.error(message, options);
  else toast(message, options);
}
