import { backoffDelay } from '../server/backoff';

export type Connection =
  | { readonly kind: 'none' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly untilMs: number } // reconnects then
  | { readonly kind: 'ended' } // everything has been read
  | { readonly kind: 'refused' };

export interface StreamEvents {
  // Asked anew for every connection, so that it resumes where the last one broke off.
  url(): string;
  protocols(): string[];
  // One message. What it returns: go on, read on from a new connection, all read, or give up.
  message(text: string): 'on' | 'again' | 'ended' | 'refused';
  changed(connection: Connection): void;
  // The connection broke, whatever the reason.
  broke(): void;
}

const closedUnauthorized = 1008;
const closedByPage = 4000;
const stableMs = 5_000;

// A WebSocket that comes back: exponential backoff with jitter until the messages say that all is read, or the server
// closes with 1008. Every close before that is only an interruption (1001 of a server that stops, 1011, a lost network).
export class EventStream {
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #openedAt = 0;

  constructor(private readonly events: StreamEvents) {}

  open(): void {
    this.#drop();
    this.events.changed({ kind: 'connecting' });
    const socket = new WebSocket(this.events.url(), this.events.protocols());
    this.#socket = socket;
    socket.onopen = () => {
      this.#openedAt = Date.now();
      this.events.changed({ kind: 'live' });
    };
    socket.onmessage = ({ data }) => {
      const verdict = typeof data === 'string' ? this.events.message(data) : 'again';
      if (this.#socket !== socket) return; // the message closed it
      if (verdict === 'on') this.#attempt = 0;
      else if (verdict === 'again') this.#comeBack();
      else this.#finish(verdict);
    };
    socket.onclose = ({ code }) => {
      if (code === closedUnauthorized) this.#finish('refused');
      else this.#comeBack();
      this.events.broke();
    };
  }

  // Connects at once when it waits to; breaks a connection that seems dead.
  hurry(): void {
    this.#attempt = 0;
    this.open();
  }

  close(): void {
    this.#drop();
    this.events.changed({ kind: 'none' });
  }

  #finish(kind: 'ended' | 'refused'): void {
    this.#drop();
    this.events.changed({ kind });
  }

  #comeBack(): void {
    if (this.#openedAt > 0 && Date.now() - this.#openedAt > stableMs) this.#attempt = 0;
    this.#drop();
    const delay = backoffDelay(++this.#attempt);
    this.events.changed({ kind: 'waiting', untilMs: Date.now() + delay });
    this.#timer = setTimeout(() => this.open(), delay);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    this.#openedAt = 0;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(closedByPage);
  }
}
