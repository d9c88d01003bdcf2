import { limits } from '#lib/wire/protocol.ts';

export interface TextRoom {
  /** Characters (UTF-16 units) that still fit; negative where there are too many. */
  left: number;
  /** The limit is one of bytes, so `left` is only as good as the text so far is typical. */
  isEstimate: boolean;
}

/** What a frame holds beside the text: ids, the model's name, punctuation. */
const BESIDE = 1024;
const textBytes = limits.frameBytes - BESIDE;
/** The most that one unit takes: an escape like `\u0000`. */
const UNIT_BYTES = 6;

/** How much more a message can hold, known while it is typed. What fits here is never refused as too long. */
export function textRoom(text: string): TextRoom {
  const byLength = { left: limits.textLength - text.length, isEstimate: false };
  if (text.length * UNIT_BYTES <= textBytes) return byLength;
  const bytes = new TextEncoder().encode(JSON.stringify(text)).length;
  const left = Math.floor(((textBytes - bytes) * text.length) / bytes);
  return left < byLength.left ? { left, isEstimate: true } : byLength;
}
