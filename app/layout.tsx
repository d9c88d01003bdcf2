import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { preferenceScript } from '#components/theme/preference-script.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Weir', template: '%s · Weir' },
  description: 'Many conversations with language models, streaming at once.',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  interactiveWidget: 'resizes-content',
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfdfd' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1518' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    // The script below changes attributes of this element before React sees it.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script
          nonce={nonce}
          suppressHydrationWarning
          // biome-ignore lint/security/noDangerouslySetInnerHtml: constant text of ours that must run before the first paint
          dangerouslySetInnerHTML={{ __html: preferenceScript }}
        />
      </head>
      <body>{children}</body>
    </html>
  );
}
