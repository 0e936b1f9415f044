import { ExecutionWatch, nothingWatched, type Watched } from '../execution/execution_watch';
import { askNotice, cancelNotice, gaveUp, watchNotice, type Notice } from '../frame/notice';
import { Shown } from '../frame/shown';
import { CallError } from '../server/call';
import { idempotencyKey } from '../server/idempotency_key';
import { StatusPoll, type Trouble } from '../server/status_poll';
import { readToken, Remembered, writeToken } from '../server/tab_memory';
import {
  cancelBlueprint, createTopic, endNotice, generateBlueprint, getBlueprint, getStatus, wording,
  type Blueprint, type BlueprintStatus, type TopicRequest,
} from './blueprint';
import { nowhere, readPlace, writePlace, type Place } from './place';

// For a topic that is there, or for one that is made first.
export type BlueprintRequest = { readonly topicId: string } | { readonly topic: TopicRequest };

export interface Snapshot {
  readonly phase: 'idle' | 'asking' | 'following' | 'done';
  readonly place: Place;
  readonly request: BlueprintRequest | null; // what was asked for
  readonly word: string; // why this blueprint is shown, where it is not the one that was asked for
  readonly status: BlueprintStatus | null;
  readonly blueprint: Blueprint | null; // once it is completed
  readonly watched: Watched;
  readonly trouble: Trouble | null; // the last poll failed
  readonly notice: Notice | null;
  readonly cancelling: boolean;
}

const nothing: Snapshot = {
  phase: 'idle',
  place: nowhere,
  request: null,
  word: '',
  status: null,
  blueprint: null,
  watched: nothingWatched,
  trouble: null,
  notice: null,
  cancelling: false,
};

const words = {
  active: 'This topic has a blueprint on its way already: here it is.',
  replayed: 'This is the blueprint that you asked for a moment ago.',
};

interface Pending {
  readonly request: BlueprintRequest;
  readonly topicKey: string;
  readonly topicId: string; // empty = the topic is still to be made
  readonly key: string; // empty as long as the topic is
}

// A blueprint that was asked for and not yet known to have begun. Asking with the same keys again is safe.
const pendingBlueprint = new Remembered<Pending>('flowmesh.pending.blueprint');

interface Found {
  readonly status: BlueprintStatus;
  readonly blueprint: Blueprint | null;
}

// One blueprint at a time, from the click to its last objective. The poll is the truth: the events of the execution that bears
// the blueprint's id tell the same earlier, but a retry is another execution.
export class BlueprintRun extends Shown<Snapshot> {
  readonly #watch = new ExecutionWatch({
    changed: (watched) => this.set({ watched }),
    stirred: () => this.#poll.soon(),
  });
  readonly #poll = new StatusPoll<Found>({
    ask: () => this.#look(),
    answered: (found) => this.#answered(found),
    failed: (error, trouble) => this.#failed(error, trouble),
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

  // Picks up what this tab was at before it was loaded again: a request whose outcome is unknown, or what the address shows.
  resume(): void {
    if (pendingBlueprint.read()) void this.#ask();
    else this.open(readPlace());
  }

  // Shows a blueprint, or only a topic; what runs goes on without the page.
  open(place: Place, word = ''): void {
    this.#stop();
    pendingBlueprint.write(null);
    writePlace(place);
    this.set({ ...nothing, place, word, phase: place.id ? 'following' : 'idle' });
    if (place.id) this.#poll.begin();
  }

  // Asks for a blueprint; does nothing while one is being generated.
  generate(request: BlueprintRequest, retryOf = ''): void {
    if (this.busy) return;
    const pending = pendingBlueprint.read();
    if (JSON.stringify(pending?.request) !== JSON.stringify(request)) pendingBlueprint.write(newPending(request, retryOf));
    void this.#ask();
  }

  retry(): void {
    const { notice, place, request } = this.#now;
    if (notice?.retry === 'same') void this.#ask();
    if (notice?.retry === 'anew') {
      const again = place.topicId ? { topicId: place.topicId } : request;
      if (again) this.generate(again, place.id || `${Date.now()}`);
    }
    if (notice?.retry === 'reconnect') this.open(place);
  }

  useToken(token: string): void {
    writeToken(token);
    this.retry();
  }

  reconnect(): void {
    this.#watch.reconnect();
    this.#poll.soon();
  }

  async cancel(): Promise<void> {
    const { phase, place, cancelling } = this.#now;
    if (phase !== 'following' || cancelling) return;
    this.set({ cancelling: true });
    try {
      await cancelBlueprint(place.topicId, place.id, readToken());
    } catch (error) {
      const ended = error instanceof CallError && error.reason === 'WRONG_STATE'; // it was faster; the poll tells how
      this.set({ cancelling: false, ...(ended ? {} : { notice: cancelNotice(error, wording) }) });
    }
    this.#poll.soon();
  }

  #stop(): void {
    this.#watch.close();
    this.#poll.stop();
  }

  async #ask(): Promise<void> {
    const pending = pendingBlueprint.read();
    if (!pending || this.busy) return;
    this.#stop();
    const { request } = pending;
    this.set({ ...nothing, phase: 'asking', request, place: { topicId: pending.topicId, id: '' } });
    let topicId = pending.topicId;
    try {
      const begun = await topicMade(pending);
      topicId = begun.topicId;
      const { body, replayed } = await generateBlueprint(topicId, begun.key, readToken());
      if (this.#now.request === request) this.open({ topicId, id: body.id }, replayed ? words.replayed : '');
    } catch (error) {
      if (this.#now.request !== request) return; // another place was opened meanwhile
      const active = error instanceof CallError && error.reason === 'GENERATION_ACTIVE' ? error.metadata['blueprint_id'] : undefined;
      if (active) return this.open({ topicId, id: active }, words.active);
      if (error instanceof CallError && !error.outcomeUnknown) pendingBlueprint.write(null);
      this.set({ phase: 'idle', place: { topicId, id: '' }, notice: askNotice(error, readToken(), wording) });
    }
  }

  async #look(): Promise<Found> {
    const { topicId, id } = this.#now.place;
    const status = await getStatus(topicId, id, readToken());
    return { status, blueprint: status.status === 'completed' ? await getBlueprint(topicId, id, readToken()) : null };
  }

  #answered({ status, blueprint }: Found): boolean {
    const first = this.#now.status === null;
    this.set({ status, blueprint, trouble: null });
    if (status.status === 'generating') {
      if (first) this.#watch.open(this.#now.place.id);
      return true;
    }
    this.#watch.close();
    this.set({ phase: 'done', cancelling: false, notice: endNotice(status) });
    return false;
  }

  #failed(error: unknown, trouble: Trouble): boolean {
    const notice = watchNotice(error, readToken(), wording) ?? gaveUp(trouble, wording);
    if (!notice) {
      this.set({ trouble });
      return true;
    }
    this.#stop();
    this.set({ notice, trouble: null, phase: 'idle' });
    return false;
  }
}

function newPending(request: BlueprintRequest, retryOf: string): Pending {
  if ('topicId' in request) {
    const key = idempotencyKey(['blueprint', request.topicId], Date.now(), retryOf);
    return { request, topicKey: '', topicId: request.topicId, key };
  }
  const { title, description } = request.topic;
  return { request, topicKey: idempotencyKey(['topic', title, description], Date.now(), retryOf), topicId: '', key: '' };
}

// The request once its topic is there.
async function topicMade(pending: Pending): Promise<Pending> {
  if (pending.topicId || 'topicId' in pending.request) return pending;
  const { body } = await createTopic(pending.request.topic, pending.topicKey, readToken());
  const begun = { ...pending, topicId: body.id, key: idempotencyKey(['blueprint', body.id], Date.now()) };
  pendingBlueprint.write(begun);
  return begun;
}
