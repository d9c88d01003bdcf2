import { SOCKET_PATH } from '#lib/wire/protocol.ts';
import type { OpenSocket } from './socket-port.ts';

/** Ours, next to the page: `ws` for http, `wss` for https. */
export const openBrowserSocket: OpenSocket = (events) => {
  const url = new URL(SOCKET_PATH, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  socket.onopen = () => events.opened();
  socket.onmessage = (message) => events.received(String(message.data));
  socket.onclose = (close) => events.closed(close.code);
  return {
    send(frame) {
      // It may be closing before its end is told. What is lost so is asked for again, like all that was under way.
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    close: () => socket.close(),
  };
};
