import { beforeEach, describe, expect, it } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { chatId, fakeId, fakeMessage } from './fake-events.ts';
import { Painter } from './painter.ts';
import { type ClientState, initialState, loadingPath } from './state.ts';

let store: StoreApi<ClientState>;
let painter: Painter;
let frames: ((time: number) => void)[];

function arrive(number: number, text: string): void {
  const live = { chatId, generation: fakeId(number + 50), text, reasoning: '' };
  store.setState(({ texts }) => ({ texts: { ...texts, [fakeId(number)]: live } }));
}

/** Paints of message `number` while texts arrive in `streams` messages for a second of 60 frames. */
function paints(streams: number, number = 1): number {
  let count = 0;
  for (let at = 1; at <= streams; at += 1) {
    arrive(at, 'a');
    painter.subscribe(fakeId(at), () => {
      count += at === number ? 1 : 0;
    });
  }
  for (let frame = 0; frame < 60; frame += 1) {
    for (let at = 1; at <= streams; at += 1) arrive(at, 'a'.repeat(frame + 2));
    for (const paint of frames.splice(0)) paint((frame * 1000) / 60);
  }
  return count;
}

beforeEach(() => {
  store = createStore<ClientState>(() => initialState);
  frames = [];
  painter = new Painter({ store, requestFrame: (paint) => frames.push(paint) });
});

describe('painting', () => {
  it('[C19] shows nothing new between two paints, and all of it in one', () => {
    arrive(1, 'Hello');
    let painted = 0;
    painter.subscribe(fakeId(1), () => {
      painted += 1;
    });
    const shown = painter.read(fakeId(1));
    arrive(1, 'Hello you');
    arrive(1, 'Hello you there');
    expect(painter.read(fakeId(1))).toBe(shown);
    expect(frames).toHaveLength(1);
    for (const paint of frames.splice(0)) paint(1_000);
    expect([painter.read(fakeId(1)).text, painted]).toEqual(['Hello you there', 1]);
  });

  it('[C19] one text is painted 30 times a second, n share the work', () => {
    expect(paints(1)).toBe(30);
  });

  it('[C19] a page that paints slowly has as much time for everything else, but shows something twice a second', () => {
    let time = 0;
    const paintsWith = (takes: number) => {
      let count = 0;
      const end = time + 10_000;
      arrive(1, 'a');
      const stop = painter.subscribe(fakeId(1), () => {
        count += 1;
        time += takes;
      });
      for (let frame = 0; time < end; frame += 1) {
        arrive(1, 'a'.repeat(frame + 2));
        time += 1000 / 60;
        for (const paint of frames.splice(0)) paint(time);
      }
      stop();
      return count;
    };
    expect(paintsWith(0)).toBeCloseTo(300, -1);
    expect(paintsWith(100)).toBeGreaterThan(40);
    expect(paintsWith(100)).toBeLessThan(56);
    expect(paintsWith(2_000)).toBeGreaterThanOrEqual(4);
  });

  it.each([
    [4, 15],
    [9, 10],
    [16, 8],
  ])('[C19] of %i texts each is painted about %i times a second', (streams, times) => {
    expect(Math.abs(paints(streams) - times)).toBeLessThanOrEqual(1);
  });

  it('[C19] beginnings and endings do not wait', () => {
    arrive(1, '');
    arrive(2, 'x');
    for (const number of [1, 2]) painter.subscribe(fakeId(number), () => undefined);
    arrive(2, 'xy');
    for (const paint of frames.splice(0)) paint(1_000);
    arrive(1, 'first');
    for (const paint of frames.splice(0)) paint(1_001);
    expect(painter.read(fakeId(1)).text).toBe('first');
    const path = { ...loadingPath, messages: [fakeMessage(1, { text: 'first and last' })] };
    store.setState(({ texts: { [fakeId(1)]: _ended, ...texts } }) => ({ texts, paths: { [chatId]: path } }));
    for (const paint of frames.splice(0)) paint(1_002);
    expect(painter.read(fakeId(1)).text).toBe('first and last');
  });

  it('[C19] texts that nobody shows cost no frame', () => {
    const leave = painter.subscribe(fakeId(1), () => undefined);
    leave();
    arrive(1, 'Hello');
    expect(frames).toHaveLength(0);
    expect(painter.read(fakeId(1)).text).toBe('Hello');
  });
});
