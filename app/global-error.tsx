'use client';

import { Notice } from '#components/ui/notice.tsx';
import './globals.css';

export default function GlobalError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <html lang="en">
      <body>
        <Notice title="Weir has broken" action={{ label: 'Try again', onPress: reset }} mark={error.digest}>
          Your chats are safe on the server. If this stays, reload the page.
        </Notice>
      </body>
    </html>
  );
}
