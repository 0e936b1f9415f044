import type { Connection } from '../execution/event_stream';
import { cancelExecution, createExecution, getExecution, isFinal, startExecution } from '../execution/executions';
import { ExecutionWatch } from '../execution/execution_watch';
import { emptyView, type RunView } from '../execution/run_view';
import { askNotice, cancelNotice, needsToken, watchNotice, type Notice } from '../frame/notice';
import { Shown } from '../frame/shown';
import { CallError } from '../server/call';
import { idempotencyKey } from '../server/idempotency_key';
import { StatusPoll } from '../server/status_poll';
import { readAddress, readToken, Remembered, writeAddress, writeToken } from '../server/tab_memory';
import { endNotice, wording, type Execution, type Poem } from './poem';
import type { PoemRequest } from './poem_request';

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

// A poem that was asked for and not yet known to have begun. Asking with the same key again is safe.
const pendingPoem = new Remembered<{ readonly key: string; readonly request: PoemRequest }>('flowmesh.pending');

const idInAddress = (): string => /^[0-9a-f-]{36}$/.exec(readAddress())?.[0] ?? '';

// One poem at a time, from the click to its last line: create, start, follow the events, poll the state.
export class PoemRun extends Shown<Snapshot> {
  readonly #watch = new ExecutionWatch({
    changed: ({ view, connection }) => this.set({ view, connection, ...(connection.kind === 'refused' ? { notice: needsToken('reconnect', readToken()) } : {}) }),
    stirred: () => this.#poll.soon(),
  });
  readonly #poll = new StatusPoll<Execution>({
    ask: () => getExecution<PoemRequest, Poem>(this.#now.id, readToken()),
    answered: (execution) => this.#answered(execution),
    failed: (error) => this.#failed(error),
  });

  constructor() {
    super(nothing);
  }

  get #now(): Snapshot {
    return this.snapshot();
  }

  get busy(): boolean {
    return this.#now.phase === 'asking' || this.#now.phase === 'following';
  }

  // Picks up what this tab was at before it was loaded again: a request whose outcome is unknown, or the poem in the address.
  resume(): void {
    const id = idInAddress();
    if (pendingPoem.read()) void this.#ask();
    else if (id) this.#follow(id, null);
    else this.leave();
  }

  // Asks for a poem; does nothing while one is being written.
  write(request: PoemRequest, retryOf = ''): void {
    if (this.busy) return;
    const pending = pendingPoem.read();
    const same = pending && JSON.stringify(pending.request) === JSON.stringify(request);
    const words = ['poem', request.title, request.description, request.form];
    if (!same) pendingPoem.write({ key: idempotencyKey(words, Date.now(), retryOf), request });
    void this.#ask();
  }

  retry(): void {
    const { notice, request, id } = this.#now;
    if (notice?.retry === 'same') void this.#ask();
    if (notice?.retry === 'anew' && request) this.write(request, id || `${Date.now()}`);
    if (notice?.retry === 'reconnect') {
      this.set({ notice: null });
      this.#watch.hurry();
      this.#poll.begin();
    }
  }

  reconnect(): void {
    this.#watch.reconnect();
  }

  useToken(token: string): void {
    writeToken(token);
    this.retry();
  }

  async cancel(): Promise<void> {
    if (this.#now.phase !== 'following' || this.#now.cancelling) return;
    this.set({ cancelling: true });
    try {
      await cancelExecution(this.#now.id, readToken());
    } catch (error) {
      this.set({ cancelling: false, notice: cancelNotice(error, wording) });
    }
    this.#poll.soon();
  }

  // Back to an empty page; what runs goes on without it.
  leave(): void {
    this.#stop();
    pendingPoem.write(null);
    writeAddress('');
    this.set(nothing);
  }

  #stop(): void {
    this.#watch.close();
    this.#poll.stop();
  }

  async #ask(): Promise<void> {
    const pending = pendingPoem.read();
    if (!pending || this.busy) return;
    this.#stop();
    this.set({ ...nothing, phase: 'asking', request: pending.request });
    try {
      const { title, description, form } = pending.request;
      const { body, replayed } = await createExecution('poem', { title, description, form }, pending.key, readToken());
      this.set({ id: body.id, replayed });
      if (body.state === 'CREATED') await startExecution(body.id, readToken());
      pendingPoem.write(null);
      this.#follow(body.id, pending.request);
    } catch (error) {
      if (error instanceof CallError && !error.outcomeUnknown) pendingPoem.write(null);
      this.set({ phase: 'idle', notice: askNotice(error, readToken(), wording) });
    }
  }

  #follow(id: string, request: PoemRequest | null): void {
    this.#stop();
    writeAddress(id);
    this.set({ ...nothing, phase: 'following', id, request, replayed: this.#now.id === id && this.#now.replayed });
    this.#watch.open(id);
    this.#poll.begin();
  }

  #answered(execution: Execution): boolean {
    const { title = '', description = '', form = '' } = execution.input ?? {};
    const { connection, request, notice } = this.#now;
    this.set({ execution, request: request ?? { title, description, form } });
    if (isFinal(execution.state)) {
      this.set({ phase: 'done', cancelling: false, notice: endNotice(execution) });
      return false;
    }
    if (notice?.wantsToken && connection.kind !== 'refused') this.set({ notice: null });
    this.#watch.polled(Number(execution.last_seq));
    return true;
  }

  // What passes by itself is asked for again, however long it takes: the connection says how it stands.
  #failed(error: unknown): boolean {
    const notice = watchNotice(error, readToken(), wording);
    if (!notice) return true;
    this.#stop();
    this.set({ notice, phase: notice.wantsToken ? 'following' : 'idle' });
    return false;
  }
}
