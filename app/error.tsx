'use client';

import { Notice } from '#components/ui/notice.tsx';

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Notice title="This page has broken" action={{ label: 'Try again', onPress: reset }} mark={error.digest}>
      Your chats are safe: answers go on being made on the server, and what you typed is kept.
    </Notice>
  );
}
