import { expect, it } from 'vitest';
import { BodyRoom } from './body-room.ts';

const mib = 1024 * 1024;

it('[H44] large bodies share a room; what is given back can be taken again, once', () => {
  const room = new BodyRoom(3 * mib);
  const give = room.take(2 * mib);
  expect(() => room.take(2 * mib)).toThrow(
    expect.objectContaining({ code: 'too_many_requests', retryAfterMs: 2_000 }),
  );
  room.take(1024);
  give();
  give();
  room.take(2 * mib);
  expect(() => room.take(2 * mib)).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
});
