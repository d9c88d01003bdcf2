'use client';

import { characters } from '#components/format.ts';
import { textRoom } from '#lib/client/text-room.ts';

/** Fewer characters left than this is worth saying. */
const NEARLY_FULL = 10_000;

/** Says, while there is time to shorten it, that a text comes near the limit or is beyond it. */
export function LengthNote({ text }: { text: string }) {
  const { left, isEstimate } = textRoom(text);
  if (left >= NEARLY_FULL) return null;
  const about = isEstimate ? 'about ' : '';
  return (
    <p role="status" className={left < 0 ? 'px-1 text-bad text-xs' : 'px-1 text-faint text-xs'}>
      {left < 0
        ? `Too long by ${about}${characters(-left)}. Shorten it, or send it in parts.`
        : `Room for ${about}${characters(left, 'more ')}`}
    </p>
  );
}
