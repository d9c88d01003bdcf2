'use client';

import { Notice } from '#components/ui/notice.tsx';
import './globals.css';

export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <Notice
          title="Weir has broken"
          action={{ label: 'Reload', onPress: () => location.reload() }}
          mark={error.digest}
        >
          Your chats are safe on the server, and what you typed is kept.
        </Notice>
      </body>
    </html>
  );
}
