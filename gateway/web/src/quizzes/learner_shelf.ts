import { readNotice, type Notice } from '../frame/notice';
import { Shown } from '../frame/shown';
import { CallError } from '../server/call';
import { readToken, writeToken } from '../server/tab_memory';
import { getDetails, listLearners, listTasks, type Learner, type QuizTaskDetails, type QuizTaskRow } from './quiz';

export interface Shelf {
  readonly learners: readonly Learner[]; // newest first
  readonly tasks: readonly QuizTaskRow[] | null; // everybody's, as far as they were asked for; null: the caller may not see them
  readonly more: string; // asks for older ones; empty = these are all
  readonly details: Readonly<Record<string, QuizTaskDetails>>; // by task, of those that were asked for
  readonly notice: Notice | null;
}

const empty: Shelf = { learners: [], tasks: null, more: '', details: {}, notice: null };

// The caller's learners, and for an admin the table of all quizzes.
export class LearnerShelf extends Shown<Shelf> {
  constructor() {
    super(empty);
  }

  load(): void {
    void this.#try(async () => this.set({ learners: await listLearners(readToken()) }));
    this.loadTasks();
  }

  // The newest ones anew.
  loadTasks(): void {
    void this.#try(async () => {
      const { tasks, next_page_token: more } = await listTasks('', readToken());
      this.set({ tasks, more, details: {} });
    });
  }

  loadMoreTasks(): void {
    const { tasks: known, more: after } = this.snapshot();
    void this.#try(async () => {
      const { tasks, next_page_token: more } = await listTasks(after, readToken());
      if (this.snapshot().more === after) this.set({ tasks: [...(known ?? []), ...tasks], more });
    });
  }

  loadDetails(taskId: string): void {
    if (this.snapshot().details[taskId]) return;
    void this.#try(async () => {
      const details = await getDetails(taskId, readToken());
      this.set({ details: { ...this.snapshot().details, [taskId]: details } });
    });
  }

  retry(): void {
    this.load();
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
      if (error instanceof CallError && error.status === 403) return; // who may not see the table is not shown one
      this.set({ notice: readNotice(error, readToken()) });
    }
  }
}
