import { ExecutionWatch, nothingWatched, type Watched } from '../execution/execution_watch';
import { askNotice, gaveUp, watchNotice, type Notice } from '../frame/notice';
import { Shown } from '../frame/shown';
import { CallError } from '../server/call';
import { idempotencyKey } from '../server/idempotency_key';
import { StatusPoll, type Trouble } from '../server/status_poll';
import { readAddress, readToken, Remembered, writeAddress, writeToken } from '../server/tab_memory';
import type { QuizRequest } from './order_draft';
import { createLearner, endNotice, getDetails, getTask, listQuestions, orderQuiz, wording, type Question, type QuizTask, type QuizTaskDetails } from './quiz';
import { beginSitting, fits, type Sitting } from './sitting';

export interface Snapshot {
  readonly phase: 'idle' | 'asking' | 'following' | 'done';
  readonly taskId: string;
  readonly userId: number; // of the learner who was made for what was asked for; 0 = none was
  readonly request: QuizRequest | null; // what was asked for
  readonly replayed: boolean; // the server had this order already
  readonly task: QuizTask | null;
  readonly details: QuizTaskDetails | null; // as they were when they were first of use
  readonly questions: readonly Question[]; // once the quiz is completed
  readonly sitting: Sitting | null; // likewise
  readonly watched: Watched;
  readonly trouble: Trouble | null;
  readonly notice: Notice | null;
}

const nothing: Snapshot = {
  phase: 'idle',
  taskId: '',
  userId: 0,
  request: null,
  replayed: false,
  task: null,
  details: null,
  questions: [],
  sitting: null,
  watched: nothingWatched,
  trouble: null,
  notice: null,
};

interface Pending {
  readonly request: QuizRequest;
  readonly learnerKey: string;
  readonly userId: number; // 0 = the learner is still to be made
  readonly key: string; // empty as long as the learner is
}

// A quiz that was ordered and not yet known to be. Ordering with the same keys again is safe.
const pendingQuiz = new Remembered<Pending>('flowmesh.pending.quiz');
const sittingOf = (taskId: string): Remembered<Sitting> => new Remembered(`flowmesh.sitting.${taskId}`);

const taskInAddress = (): string => /^[\w.:-]{1,128}$/.exec(readAddress())?.[0] ?? '';

interface Found {
  readonly task: QuizTask;
  readonly details: QuizTaskDetails;
  readonly questions: readonly Question[];
}

// One quiz at a time, from the order to the last answer. The poll is the truth; the events of the execution that writes the quiz
// only tell earlier that there is something to ask for.
export class QuizRun extends Shown<Snapshot> {
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

  // Picks up what this tab was at before it was loaded again: an order whose outcome is unknown, or the quiz in the address.
  resume(): void {
    if (pendingQuiz.read()) void this.#ask();
    else this.openAddress();
  }

  openAddress(): void {
    this.open(taskInAddress());
  }

  // Shows a quiz, or none; what is being written is written on without the page.
  open(taskId: string, replayed = false): void {
    const { request } = this.#now;
    this.#stop();
    pendingQuiz.write(null);
    writeAddress(taskId);
    this.set({ ...nothing, taskId, replayed, request: taskId ? request : null, phase: taskId ? 'following' : 'idle' });
    if (taskId) this.#poll.begin();
  }

  // Orders a quiz; does nothing while one is being written.
  order(request: QuizRequest, retryOf = ''): void {
    if (this.busy) return;
    const pending = pendingQuiz.read();
    if (JSON.stringify(pending?.request) !== JSON.stringify(request)) pendingQuiz.write(newPending(request, retryOf));
    void this.#ask();
  }

  retry(): void {
    const { notice, taskId, request, details } = this.#now;
    if (notice?.retry === 'same') void this.#ask();
    if (notice?.retry === 'anew') {
      const again = details ? { userId: details.task.user_id, learner: null, order: orderIn(details) } : request;
      if (again) this.order(again, taskId || `${Date.now()}`);
    }
    if (notice?.retry === 'reconnect') this.open(taskId);
  }

  useToken(token: string): void {
    writeToken(token);
    this.retry();
  }

  reconnect(): void {
    this.#watch.reconnect();
    this.#poll.soon();
  }

  // Takes the sitting on; the tab remembers where it is.
  sit(move: (sitting: Sitting) => Sitting): void {
    const { sitting, taskId } = this.#now;
    if (!sitting) return;
    const moved = move(sitting);
    if (moved === sitting) return;
    sittingOf(taskId).write(moved);
    this.set({ sitting: moved });
  }

  takeAgain(): void {
    this.sit(() => beginSitting(this.#now.questions));
  }

  #stop(): void {
    this.#watch.close();
    this.#poll.stop();
  }

  async #ask(): Promise<void> {
    const pending = pendingQuiz.read();
    if (!pending || this.busy) return;
    this.#stop();
    const { request } = pending;
    this.set({ ...nothing, phase: 'asking', request });
    try {
      const { userId, key } = await learnerMade(pending);
      if (request.learner) this.set({ userId });
      const { body, replayed } = await orderQuiz(userId, request.order, key, readToken());
      if (this.#now.request === request) this.open(body.task_id, replayed);
    } catch (error) {
      if (this.#now.request !== request) return; // another quiz was opened meanwhile
      // A worker outside of the mesh refused or kept silent: the task is there, and says so itself.
      const failed = error instanceof CallError ? error.metadata['task_id'] : undefined;
      if (failed) return this.open(failed);
      if (error instanceof CallError && !error.outcomeUnknown) pendingQuiz.write(null);
      this.set({ phase: 'idle', notice: orderNotice(error) });
    }
  }

  async #look(): Promise<Found> {
    const { taskId, details: known } = this.#now;
    const task = await getTask(taskId, readToken());
    const details = known && task.is_pending ? known : await getDetails(taskId, readToken());
    return { task, details, questions: task.status === 'completed' ? await listQuestions(taskId, readToken()) : [] };
  }

  #answered({ task, details, questions }: Found): boolean {
    const first = this.#now.task === null;
    this.set({ task, details, trouble: null });
    if (task.is_pending) {
      if (first && details.execution_id) this.#watch.open(details.execution_id);
      return true;
    }
    this.#watch.close();
    const remembered = sittingOf(this.#now.taskId).read();
    const sitting = questions.length === 0 ? null : fits(remembered, questions) ? remembered : beginSitting(questions);
    this.set({ phase: 'done', questions, sitting, notice: endNotice(task) });
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

function newPending(request: QuizRequest, retryOf: string): Pending {
  const wanted = JSON.stringify(request.order);
  if (!request.learner) {
    const key = idempotencyKey(['quiz', `${request.userId}`, wanted], Date.now(), retryOf);
    return { request, learnerKey: '', userId: request.userId, key };
  }
  return { request, learnerKey: idempotencyKey(['learner', JSON.stringify(request.learner)], Date.now(), retryOf), userId: 0, key: '' };
}

// The order once its learner is there.
async function learnerMade(pending: Pending): Promise<Pending> {
  const { learner, order } = pending.request;
  if (pending.userId || !learner) return pending;
  const { body } = await createLearner(learner, pending.learnerKey, readToken());
  const ready = { ...pending, userId: body.id, key: idempotencyKey(['quiz', `${body.id}`, JSON.stringify(order)], Date.now()) };
  pendingQuiz.write(ready);
  return ready;
}

// A name that is taken is told at its field.
function orderNotice(error: unknown): Notice {
  if (!(error instanceof CallError) || error.reason !== 'USERNAME_TAKEN') return askNotice(error, readToken(), wording);
  const violations = [{ field: 'username', description: error.message }];
  return { title: 'The server did not accept this', text: '', retry: 'none', violations };
}

// What was ordered, for ordering the same again.
function orderIn({ request }: QuizTaskDetails): QuizRequest['order'] {
  const { quiz_size, motivation_level, declared_level, goals, profession, referred_frequency, preferred_topics, weak_skills, extra_instructions } = request;
  return {
    ...(quiz_size ? { quiz_size } : {}),
    ...(motivation_level ? { motivation_level } : {}),
    declared_level, goals, profession, referred_frequency, preferred_topics, weak_skills, extra_instructions,
  };
}
