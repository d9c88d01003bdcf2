import { v7 } from 'uuid';
import { openBrowserSocket } from './browser-socket.ts';
import { browserStorage } from './browser-storage.ts';
import type { KeyValue } from './key-value.ts';
import type { Locks } from './locks.ts';
import type { PainterPorts } from './painter.ts';
import { openBrowserSession } from './session.ts';
import type { OpenSocket } from './socket-port.ts';
import { onBrowserWake } from './wake.ts';
import { webLocks } from './web-locks.ts';

export interface ClientPorts {
  openSession: () => Promise<void>;
  openSocket: OpenSocket;
  storage: KeyValue;
  locks: Locks;
  /** Calls back when the page comes back to life. @returns ends that */
  onWake: (listener: () => void) => () => void;
  requestFrame: PainterPorts['requestFrame'];
  /** Milliseconds since 1970. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  /** A new UUIDv7. */
  newId: () => string;
}

/** Touches nothing of the browser before it is used, so that pages can be rendered on the server. */
export function browserPorts(): ClientPorts {
  const locks = webLocks();
  return {
    openSession: () => openBrowserSession(locks),
    openSocket: openBrowserSocket,
    storage: browserStorage(),
    locks,
    onWake: onBrowserWake,
    requestFrame: (paint) => requestAnimationFrame(paint),
    now: () => Date.now(),
    random: () => Math.random(),
    newId: () => v7(),
  };
}
