import { describe, expect, it } from 'vitest';
import { tooLong } from './requests.ts';
import { textRoom } from './text-room.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const frame = (text: string) => ({
  ...{ type: 'send' as const, requestId: id, chatId: id, messageId: id, replyId: id, generationId: id },
  ...{ replaces: id, model: 'm'.repeat(300), text },
});

describe('the room that is left', () => {
  it('[C25] counts characters up to the limit and beyond', () => {
    expect(textRoom('')).toEqual({ left: 100_000, isEstimate: false });
    expect(textRoom('a'.repeat(99_999))).toEqual({ left: 1, isEstimate: false });
    expect(textRoom('a'.repeat(100_007))).toEqual({ left: -7, isEstimate: false });
  });

  it('[C25] counts bytes where they run out first', () => {
    expect(textRoom('字'.repeat(44_000))).toMatchObject({ isEstimate: true });
    expect(textRoom('字'.repeat(44_000)).left).toBeLessThan(0);
    expect(textRoom('字'.repeat(43_000)).left).toBeGreaterThan(0);
  });

  it('[C25] what has room is never refused as too long', () => {
    for (const unit of ['a', '\n', '"', 'é', '字', '🙂', '\u0001', '\ud800']) {
      const over = (length: number) => textRoom(unit.repeat(length)).left < 0;
      let [fits, tooMany] = [0, 200_000];
      while (tooMany - fits > 1) {
        const middle = Math.floor((fits + tooMany) / 2);
        if (over(middle)) tooMany = middle;
        else fits = middle;
      }
      expect(tooLong(frame(unit.repeat(fits))), JSON.stringify(unit)).toBeNull();
      expect(fits, JSON.stringify(unit)).toBeGreaterThan(15_000);
    }
  });
});
