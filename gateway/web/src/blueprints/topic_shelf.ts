import { readNotice, type Notice } from '../frame/notice';
import { Shown } from '../frame/shown';
import { CallError } from '../server/call';
import { readToken, writeToken } from '../server/tab_memory';
import { getTopic, listBlueprints, listTopics, type Blueprint, type Topic } from './blueprint';

export interface Shelf {
  readonly topics: readonly Topic[]; // newest first, as far as they were asked for
  readonly more: string; // asks for older ones; empty = these are all
  readonly chosen: Topic | null;
  readonly blueprints: readonly Blueprint[]; // of the chosen topic, newest first
  readonly notice: Notice | null;
}

const empty: Shelf = { topics: [], more: '', chosen: null, blueprints: [], notice: null };

// The caller's topics, and the blueprints of the chosen one.
export class TopicShelf extends Shown<Shelf> {
  #choice = ''; // the newest one: answers about another come too late

  constructor() {
    super(empty);
  }

  load(): void {
    void this.#try(async () => {
      const { topics, next_page_token: more } = await listTopics('', readToken());
      this.set({ topics, more });
    });
  }

  loadMore(): void {
    const { topics: known, more: after } = this.snapshot();
    void this.#try(async () => {
      const { topics, next_page_token: more } = await listTopics(after, readToken());
      if (this.snapshot().more === after) this.set({ topics: [...known, ...topics], more });
    });
  }

  // Empty = none of them. The topic that is chosen already is read again.
  choose(topicId: string): void {
    this.#choice = topicId;
    const { topics, chosen: before } = this.snapshot();
    const known = topics.find(({ id }) => id === topicId) ?? null;
    if (topicId !== before?.id) this.set({ chosen: known, blueprints: [] });
    if (!topicId) return;
    void this.#try(async () => {
      const [chosen, blueprints] = await Promise.all([known ?? getTopic(topicId, readToken()), listBlueprints(topicId, readToken())]);
      if (this.#choice !== topicId) return;
      this.set({ chosen, blueprints });
      if (!this.snapshot().topics.some(({ id }) => id === topicId)) this.load(); // it was made a moment ago
    });
  }

  retry(): void {
    this.load();
    this.choose(this.#choice);
  }

  useToken(token: string): void {
    writeToken(token);
    this.retry();
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.set({ notice: null });
    } catch (error) {
      // Whoever shows a blueprint of a topic that is not there says so.
      const missing = error instanceof CallError && (error.status === 400 || error.status === 404);
      this.set({ notice: missing ? null : readNotice(error, readToken()) });
    }
  }
}
