import { readToken } from '../server/tab_memory';
import { EventStream, type Connection } from './event_stream';
import { readFrame } from './events';
import { eventsUrl } from './executions';
import { applyEvent, emptyView, hasEnded, type RunView } from './run_view';

const unauthenticated = [7, 16]; // gRPC's codes
const hopeless = [3, 5, 11]; // INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE: the stream cannot be resumed

export interface Watched {
  readonly view: RunView;
  readonly connection: Connection;
}

export const nothingWatched: Watched = { view: emptyView, connection: { kind: 'none' } };

export interface WatchEvents {
  changed(watched: Watched): void;
  // There is a reason to ask for the state: the connection broke, or the last event came.
  stirred(): void;
}

// The events of one execution from the first on, over every interruption.
export class ExecutionWatch {
  #id = '';
  #now: Watched = nothingWatched;
  #seenAtPoll = 0;
  readonly #stream = new EventStream({
    url: () => eventsUrl(this.#id, this.#now.view.lastSeq),
    protocols: () => (readToken() ? [`bearer.${readToken()}`] : []),
    message: (text) => this.#message(text),
    changed: (connection) => this.#set({ connection }),
    broke: () => this.events.stirred(),
  });

  constructor(private readonly events: WatchEvents) {}

  open(id: string): void {
    this.#id = id;
    this.#seenAtPoll = 0;
    this.#now = nothingWatched;
    this.#stream.open();
  }

  close(): void {
    this.#stream.close();
  }

  // Connects at once when it waits to; breaks a connection that seems dead.
  hurry(): void {
    this.#stream.hurry();
  }

  reconnect(): void {
    if (this.#now.connection.kind === 'waiting') this.#stream.hurry();
  }

  // What a poll says is the last event. When events wait at the server, and none came since the last poll, the connection is
  // dead and does not know it.
  polled(lastSeq: number): void {
    const { view, connection } = this.#now;
    const stuck = connection.kind === 'live' && lastSeq > view.lastSeq && view.lastSeq === this.#seenAtPoll;
    this.#seenAtPoll = view.lastSeq;
    if (stuck) this.#stream.hurry();
  }

  #set(change: Partial<Watched>): void {
    this.#now = { ...this.#now, ...change };
    this.events.changed(this.#now);
  }

  #message(text: string): 'on' | 'again' | 'ended' | 'refused' {
    try {
      const frame = readFrame(text);
      if ('error' in frame) {
        if (unauthenticated.includes(frame.error.code)) return 'refused';
        return hopeless.includes(frame.error.code) ? 'ended' : 'again';
      }
      this.#set({ view: applyEvent(this.#now.view, frame.event) });
    } catch {
      return 'again'; // an event is missing or unreadable: the stream is read again from the last good one
    }
    if (!hasEnded(this.#now.view)) return 'on';
    this.events.stirred();
    return 'ended';
  }
}
