import {
  CallError, cancelExecution, createPoem, eventsUrl, getExecution, isFinal, startExecution, type Execution,
} from './api';
import { EventStream, type Connection } from './event_stream';
import { readFrame } from './events';
import { idempotencyKey, type PoemRequest } from './idempotency_key';
import { cancelNotice, createNotice, endNotice, refusedStream, watchNotice, type Notice } from './notice';
import { applyEvent, emptyView, hasEnded, type RunView } from './run_view';
import { idInAddress, putIdInAddress, readPending, readToken, writePending, writeToken } from './tab_memory';

export interface Snapshot {
  readonly phase: 'idle' | 'asking' | 'following' | 'done';
  readonly id: string;
  readonly request: PoemRequest | null; // of the poem that is shown or asked for
  readonly replayed: boolean; // the server had this poem already
  readonly view: RunView;
  readonly execution: Execution | null;
  readonly connection: Connection;
  readonly notice: Notice | null;
  readonly cancelling: boolean;
}

const nothing: Snapshot = {
  phase: 'idle',
  id: '',
  request: null,
  replayed: false,
  view: emptyView,
  execution: null,
  connection: { kind: 'none' },
  notice: null,
  cancelling: false,
};

const pollMs = 5_000;
const unauthenticated = [7, 16]; // gRPC's codes
const hopeless = [3, 5, 11]; // INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE: the stream cannot be resumed

// One poem at a time, from the click to its last line: create, start, follow the events, poll the state. Knows no React;
// `subscribe` and `snapshot` are what useSyncExternalStore takes.
export class PoemRun {
  #now: Snapshot = nothing;
  readonly #listeners = new Set<() => void>();
  readonly #stream = new EventStream({
    url: () => eventsUrl(this.#now.id, this.#now.view.lastSeq),
    protocols: () => (readToken() ? [`bearer.${readToken()}`] : []),
    message: (text) => this.#message(text),
    changed: (connection) => this.#set({ connection, ...(connection.kind === 'refused' ? { notice: refusedStream(readToken()) } : {}) }),
    broke: () => this.#pollSoon(0),
  });
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #pollAt = 0;
  #noPollBefore = 0;
  #polling = false;
  #pollOnceMore = false;
  #seenAtPoll = 0;

  readonly snapshot = (): Snapshot => this.#now;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get busy(): boolean {
    return this.#now.phase === 'asking' || this.#now.phase === 'following';
  }

  // Picks up what this tab was at before it was loaded again: a request whose outcome is unknown, or the poem in the address.
  resume(): void {
    const pending = readPending();
    const id = idInAddress();
    if (pending) void this.#ask();
    else if (id) this.#follow(id, null);
    else this.leave();
  }

  // Asks for a poem; does nothing while one is being written.
  write(request: PoemRequest, retryOf = ''): void {
    if (this.busy) return;
    const pending = readPending();
    const same = pending && JSON.stringify(pending.request) === JSON.stringify(request);
    if (!same) writePending({ key: idempotencyKey(request, Date.now(), retryOf), request });
    void this.#ask();
  }

  retry(): void {
    const { notice, request, id } = this.#now;
    if (notice?.retry === 'same') void this.#ask();
    if (notice?.retry === 'anew' && request) this.write(request, id || `${Date.now()}`);
    if (notice?.retry === 'reconnect') {
      this.#set({ notice: null });
      this.#stream.hurry();
      this.#pollSoon(0);
    }
  }

  reconnect(): void {
    if (this.#now.connection.kind === 'waiting') this.#stream.hurry();
  }

  useToken(token: string): void {
    writeToken(token);
    this.retry();
  }

  async cancel(): Promise<void> {
    if (this.#now.phase !== 'following' || this.#now.cancelling) return;
    this.#set({ cancelling: true });
    try {
      await cancelExecution(this.#now.id, readToken());
    } catch (error) {
      this.#set({ cancelling: false, notice: cancelNotice(error) });
    }
    this.#pollSoon(0);
  }

  // Back to an empty page; what runs goes on without it.
  leave(): void {
    this.#stop();
    writePending(null);
    putIdInAddress('');
    this.#set(nothing);
  }

  #set(change: Partial<Snapshot>): void {
    this.#now = { ...this.#now, ...change };
    for (const listener of this.#listeners) listener();
  }

  #stop(): void {
    this.#stream.close();
    clearTimeout(this.#pollTimer);
    this.#pollTimer = undefined;
  }

  async #ask(): Promise<void> {
    const pending = readPending();
    if (!pending || this.busy) return;
    this.#stop();
    this.#set({ ...nothing, phase: 'asking', request: pending.request });
    try {
      const { execution, replayed } = await createPoem(pending.request, pending.key, readToken());
      this.#set({ id: execution.id, replayed });
      if (execution.state === 'CREATED') await startExecution(execution.id, readToken());
      writePending(null);
      this.#follow(execution.id, pending.request);
    } catch (error) {
      if (error instanceof CallError && !error.outcomeUnknown) writePending(null);
      this.#set({ phase: 'idle', notice: createNotice(error, readToken()) });
    }
  }

  #follow(id: string, request: PoemRequest | null): void {
    this.#stop();
    putIdInAddress(id);
    this.#seenAtPoll = 0;
    this.#noPollBefore = 0;
    this.#set({ ...nothing, phase: 'following', id, request, replayed: this.#now.id === id && this.#now.replayed });
    this.#stream.open();
    this.#pollSoon(0);
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
    this.#pollSoon(0);
    return 'ended';
  }

  // A poll that is due sooner stays; none comes before the server wants it.
  #pollSoon(afterMs: number): void {
    if (this.#now.phase !== 'following') return;
    const at = Math.max(Date.now() + afterMs, this.#noPollBefore);
    if (this.#pollTimer !== undefined && this.#pollAt <= at) return;
    clearTimeout(this.#pollTimer);
    this.#pollAt = at;
    this.#pollTimer = setTimeout(() => {
      this.#pollTimer = undefined;
      void this.#poll();
    }, at - Date.now());
  }

  async #poll(): Promise<void> {
    if (this.#polling) {
      this.#pollOnceMore = true; // the answer that is under way may be older than the reason to ask
      return;
    }
    this.#polling = true;
    const { id } = this.#now;
    let next: number | null = pollMs;
    try {
      const execution = await getExecution(id, readToken());
      if (this.#now.id === id) this.#polled(execution);
    } catch (error) {
      if (this.#now.id === id && error instanceof CallError) next = this.#pollFailed(error);
    } finally {
      this.#polling = false;
    }
    const onceMore = this.#pollOnceMore;
    this.#pollOnceMore = false;
    // A poll of an execution that was left meanwhile makes way for the new one's.
    if (this.#now.id !== id) this.#pollSoon(0);
    else if (next !== null) this.#pollSoon(onceMore ? 0 : next);
  }

  #polled(execution: Execution): void {
    const { title = '', description = '', form = '' } = execution.input ?? {};
    const { view, connection, request, notice } = this.#now;
    this.#set({ execution, request: request ?? { title, description, form } });
    if (isFinal(execution.state)) {
      this.#set({ phase: 'done', cancelling: false, notice: endNotice(execution) });
      return;
    }
    if (notice?.wantsToken && connection.kind !== 'refused') this.#set({ notice: null });
    // Events wait at the server, and none came since the last poll: the connection is dead and does not know it.
    const stuck = connection.kind === 'live' && Number(execution.last_seq) > view.lastSeq && view.lastSeq === this.#seenAtPoll;
    this.#seenAtPoll = view.lastSeq;
    if (stuck) this.#stream.hurry();
  }

  // Milliseconds until the next poll; none where it is of no use.
  #pollFailed(error: CallError): number | null {
    const notice = watchNotice(error, readToken());
    if (notice) {
      this.#stop();
      this.#set({ notice, phase: notice.wantsToken ? 'following' : 'idle' });
      return null;
    }
    this.#noPollBefore = Date.now() + error.retryAfterMs;
    return pollMs;
  }
}
