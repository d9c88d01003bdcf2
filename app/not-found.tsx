import type { Metadata } from 'next';
import { Notice } from '#components/ui/notice.tsx';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <Notice title="There is no page here" action={{ label: 'Go to your chats', href: '/' }}>
      The address may be mistyped, or the page has moved.
    </Notice>
  );
}
