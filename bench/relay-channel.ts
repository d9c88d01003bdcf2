import type { WebSocket } from 'ws';
import { type Channel, type Listener, prompt } from './channel.ts';
import type { RelayFrame, RelayRequest } from './relay-protocol.ts';
import { openSocket } from './socket.ts';

export async function openRelayChannel(url: string): Promise<Channel> {
  return new RelayChannel(await openSocket(url.replace('http', 'ws')));
}

class RelayChannel implements Channel {
  readonly #socket: WebSocket;
  readonly #listeners: Listener[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (frame) => this.#take(JSON.parse(String(frame))));
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', (code) => this.#lose(`closed with ${code}`));
  }

  ask(model: string, listener: Listener): void {
    const request: RelayRequest = { id: this.#listeners.push(listener) - 1, model, prompt };
    this.#socket.send(JSON.stringify(request));
  }

  close(): void {
    this.#socket.terminate();
  }

  #take(frame: RelayFrame): void {
    const listener = this.#listeners[frame.id];
    if (listener === undefined) throw new Error(`nobody asked for ${frame.id}`);
    if ('text' in frame) listener.text(frame.text);
    else if ('done' in frame) listener.done();
    else listener.failed(frame.error);
  }

  #lose(why: string): void {
    for (const listener of this.#listeners) listener.failed(why);
  }
}
