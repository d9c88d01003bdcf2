'use client';

import { Notice } from '#components/ui/notice.tsx';

export default function PageError({ error }: { error: Error & { digest?: string } }) {
  return (
    <Notice
      title="This page has broken"
      action={{ label: 'Reload', onPress: () => location.reload() }}
      mark={error.digest}
    >
      Your chats are safe: answers go on being made on the server, and what you typed is kept.
    </Notice>
  );
}
