import { type ChatClient, createChatClient } from './chat-client.ts';
import { FakeLocks } from './fake-locks.ts';
import { FakeNetwork } from './fake-socket.ts';
import { FakeStorage } from './fake-storage.ts';

/** A make-believe browser: tabs of it share storage, locks and network. */
export class FakeBrowser {
  readonly network = new FakeNetwork();
  readonly storage = new FakeStorage();
  readonly #locks = new FakeLocks();
  readonly #wakeUps = new Set<() => void>();
  frames: ((time: number) => void)[] = [];
  random = () => 0.5;

  /** A tab that has not started yet. Stopping it is closing it. */
  tab(): ChatClient {
    return createChatClient({
      openSession: this.network.openSession,
      openSocket: this.network.open,
      storage: this.storage,
      locks: this.#locks.tab(),
      onWake: (listener) => {
        this.#wakeUps.add(listener);
        return () => this.#wakeUps.delete(listener);
      },
      requestFrame: (paint) => this.frames.push(paint),
      random: () => this.random(),
    });
  }

  wake(): void {
    for (const listener of this.#wakeUps) listener();
  }

  paint(time: number): void {
    for (const frame of this.frames.splice(0)) frame(time);
  }
}
