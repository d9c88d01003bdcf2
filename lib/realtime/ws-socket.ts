import type { WebSocket } from 'ws';
import { closeCodes } from '#lib/wire/close-code.ts';
import type { Socket, SocketEvents } from './socket.ts';

/** Bytes of a close reason that the protocol allows. */
const REASON_BYTES = 123;

export function wsSocket(ws: WebSocket): Socket {
  return {
    send(frame) {
      if (ws.readyState === ws.OPEN) ws.send(frame);
    },
    get buffered() {
      return ws.bufferedAmount;
    },
    close(reason, message) {
      ws.close(closeCodes[reason], withinReason(message));
    },
    terminate() {
      ws.terminate();
    },
    ping() {
      if (ws.readyState === ws.OPEN) ws.ping();
    },
  };
}

/** Half a character at the cut is left out: its replacement would take more bytes than there are. */
function withinReason(message: string): string {
  return new TextDecoder().decode(Buffer.from(message).subarray(0, REASON_BYTES), { stream: true });
}

export function listen(ws: WebSocket, events: SocketEvents): void {
  // A binary frame is none of ours; the empty string gets the refusal of a malformed one.
  ws.on('message', (data: Buffer, isBinary: boolean) => events.received(isBinary ? '' : data.toString()));
  ws.on('pong', () => events.ponged());
  ws.on('close', () => events.closed());
  // `close` follows every error and does all that is to be done.
  ws.on('error', () => events.closed());
}
