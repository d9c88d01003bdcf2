import { afterEach, beforeEach, vi } from 'vitest';
import type { RefusalCode } from '#lib/wire/error-code.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { ChatClient } from './chat-client.ts';
import { chatId, fakePath, fakeSummary, running } from './fake-events.ts';
import { FakeServer } from './fake-server.ts';
import type { FakeNetwork, FakeSocket } from './fake-socket.ts';
import { FakeBrowser } from './fake-tab.ts';
import type { Notice } from './notice.ts';
import type { ChatPath, ClientState, Pending } from './state.ts';
import { chatView, pendingView } from './view.ts';

type Welcome = Partial<ServerEventOf<'welcome'>>;

/** One tab of a make-believe browser, new for every test, with the hands of the test on the server's side. */
export class TabFixture {
  browser = new FakeBrowser();
  tab: ChatClient = this.browser.tab();
  close: () => void = () => undefined;
  notices: Notice[] = [];

  /** Call once per file. */
  constructor() {
    beforeEach(() => {
      vi.useFakeTimers();
      this.browser = new FakeBrowser();
      this.notices = [];
      this.open();
    });
    afterEach(() => {
      this.close();
      vi.useRealTimers();
    });
  }

  get network(): FakeNetwork {
    return this.browser.network;
  }
  get server(): FakeSocket {
    return this.network.last;
  }
  get state(): ClientState {
    return this.tab.store.getState();
  }
  get path(): ChatPath {
    return chatView(this.state, chatId);
  }
  get pending(): Pending[] {
    return pendingView(this.state, chatId);
  }

  settle(): Promise<unknown> {
    return vi.advanceTimersByTimeAsync(1);
  }

  open(): void {
    this.tab = this.browser.tab();
    this.tab.onNotice((notice) => this.notices.push(notice));
    this.close = this.tab.start();
  }

  async connect(welcome: Welcome = {}): Promise<void> {
    await this.settle();
    this.server.accept();
    this.server.welcome(welcome);
    await this.settle();
  }

  /** Connected, and showing the running answer of `fakePath`. */
  async showRunning(): Promise<void> {
    await this.connect({ chats: [fakeSummary()], generations: [running] });
    this.tab.watch(chatId);
    this.server.deliver(fakePath());
  }

  async comeBack(welcome: Welcome = {}): Promise<void> {
    this.server.drop();
    await vi.advanceTimersByTimeAsync(20_000);
    await this.connect({ chats: [fakeSummary()], generations: [running], ...welcome });
  }

  /** A new tab, connected to a server that answers by itself. */
  async served(): Promise<FakeServer> {
    this.close();
    const server = new FakeServer(this.network);
    this.open();
    await this.settle();
    return server;
  }

  say(text = 'Hello'): void {
    this.tab.send({ chatId, text, model: 'demo/echo' });
  }

  refuse(code: RefusalCode, requestId: string): void {
    this.server.deliver({ type: 'refused', requestId, code, message: 'Too many wait.', retryAfterMs: 2_000 });
  }
}
