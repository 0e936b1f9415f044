import { beforeEach, expect, test, vi } from 'vitest';
import { LearnerShelf } from '../../src/quizzes/learner_shelf';
import { emptyDraft, requestOf, type QuizRequest } from '../../src/quizzes/order_draft';
import { QuizRun } from '../../src/quizzes/quiz_run';
import { choose, give, next } from '../../src/quizzes/sitting';
import { FakeBrowser, FakeSocket, type Answer, type Asked } from '../fake_browser';
import { question } from './questions';

const taskId = 'task-7-17953642331990956392410';
const executionId = '01a20064-3eba-7000-bbc2-f6c2c68fe19c';
const forAda = requestOf({ ...emptyDraft, username: 'ada', declared_level: 'B1', quiz_size: '2' });
const forSeven: QuizRequest = requestOf({ ...emptyDraft, userId: 7, quiz_size: '2' });

const browser = new FakeBrowser('/quizzes/');
const { posts, settle } = browser;
const orders = () => posts().filter(({ path }) => path === '/api/ai/generate');
const polls = () => browser.polls().filter(({ path }) => path === `/api/ai/tasks/${taskId}`);

let task: object;
const setTask = (status: string, fields: object = {}): void => {
  const is_pending = status === 'queued' || status === 'processing';
  task = { task_id: taskId, status, user_id: 7, questions_created: 0, quiz_size_requested: 2, error_message: '', is_pending, ...fields };
};
const healthy = ({ method, path }: Asked): Answer => {
  if (method === 'POST') return { status: 202, body: path === '/api/users' ? { id: 7, username: 'ada' } : { task_id: taskId } };
  if (path.endsWith('/questions')) return { status: 200, body: { questions: [question(1, 'A'), question(2, 'B')] } };
  if (path.endsWith('/details')) return { status: 200, body: { task, request: forSeven.order, worker_response: null, execution_id: executionId } };
  return { status: 200, body: task };
};
const error = (status: number, reason: string, metadata: object = {}): Answer => ({ status, body: { message: reason, details: [{ reason, metadata }] } });

beforeEach(() => {
  setTask('processing');
  browser.answer = healthy;
});

async function ordered(request = forSeven): Promise<QuizRun> {
  const run = new QuizRun();
  run.order(request);
  await settle();
  return run;
}

test('a click makes the learner, orders and polls; further clicks do nothing', async () => {
  const run = new QuizRun();
  run.order(forAda);
  run.order(forAda);
  await settle();
  run.order(forSeven);
  await settle();
  expect(posts().map(({ path }) => path)).toEqual(['/api/users', '/api/ai/generate']);
  expect(posts()[0]?.body).toEqual({ username: 'ada', declared_level: 'B1', goals: '', profession: '' });
  expect(posts()[1]?.body).toMatchObject({ user_id: 7, quiz_size: 2, declared_level: '' });
  expect(window.location.hash).toBe(`#${taskId}`);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(polls().length).toBe(3);
  expect(browser.asked.filter(({ path }) => path.endsWith('/details')).length).toBe(1);
  expect(browser.storage.size).toBe(0);
});

test('the last event of the execution that writes it makes the questions come at once', async () => {
  const run = await ordered();
  expect(FakeSocket.last.url).toMatch(new RegExp(`/executions/${executionId}/logs/ws`));
  setTask('completed', { questions_created: 2 });
  FakeSocket.last.says(1, { state: { state: 'COMPLETED', failure: null } });
  await settle();
  expect(run.snapshot()).toMatchObject({ phase: 'done', notice: null, sitting: { answers: [null, null], at: 0 } });
  expect(run.snapshot().questions.length).toBe(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('where one is in a quiz is remembered by the tab, for each quiz', async () => {
  setTask('completed');
  const run = await ordered();
  run.sit((sitting) => choose(sitting, 'B'));
  run.sit(give);
  run.sit(next);
  run.sit(give); // nothing is marked
  const { sitting } = run.snapshot();
  expect(sitting).toEqual({ answers: ['B', null], at: 1, chosen: null });
  const again = new QuizRun();
  again.resume();
  await settle();
  expect(again.snapshot().sitting).toEqual(sitting);
  again.takeAgain();
  expect(again.snapshot().sitting).toEqual({ answers: [null, null], at: 0, chosen: null });
  run.open('task-7-other');
  await settle();
  expect(run.snapshot().sitting?.at).toBe(0);
});

test('a worker that refuses leaves a failed task, which is shown; the next try orders the same as a new quiz', async () => {
  setTask('failed', { error_message: 'not today' });
  browser.answer = (asked) => (asked.path === '/api/ai/generate' ? error(503, 'QUIZ_WORKER_REFUSED', { task_id: taskId }) : healthy(asked));
  const run = await ordered();
  expect(run.snapshot()).toMatchObject({ phase: 'done', taskId, notice: { text: 'not today', retry: 'anew' } });
  expect(browser.storage.size).toBe(0);
  browser.answer = healthy;
  run.retry();
  await settle();
  const [first, second] = orders();
  expect(second?.body).toEqual(first?.body);
  expect(second?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key']);
});

test.each(['/api/users', '/api/ai/generate'])('an answer of %s that is lost: every further try has the same keys, also after a reload', async (lost) => {
  browser.answer = (asked) => (asked.path === lost ? 'unreachable' : healthy(asked));
  const run = await ordered(forAda);
  expect(run.snapshot()).toMatchObject({ phase: 'idle', notice: { retry: 'same' } });
  await vi.advanceTimersByTimeAsync(60_000);
  run.retry();
  await settle();
  new QuizRun().resume();
  await settle();
  const keys = posts().filter(({ path }) => path === lost).map(({ headers }) => headers['idempotency-key']);
  expect(keys.length).toBe(3);
  expect(new Set(keys).size).toBe(1);
  expect(posts().filter(({ path }) => path === '/api/users').length).toBe(lost === '/api/users' ? 3 : 1);
});

test('an order that is refused after its learner was made says which learner that is', async () => {
  const violation = { field: 'weak_skills[0]', description: 'is too long' };
  browser.answer = (asked) => (asked.path === '/api/ai/generate' ? { status: 400, body: { message: 'bad', details: [{ field_violations: [violation] }] } } : healthy(asked));
  const run = await ordered(forAda);
  expect(run.snapshot()).toMatchObject({ phase: 'idle', userId: 7, notice: { text: '', violations: [{ field: 'weak_skills', description: 'is too long' }] } });
  expect(browser.storage.size).toBe(0);
});

test('a name that is taken is told at its field', async () => {
  browser.answer = () => error(409, 'USERNAME_TAKEN', { user_id: '3' });
  const run = await ordered(forAda);
  expect(run.snapshot().notice?.violations).toEqual([{ field: 'username', description: 'USERNAME_TAKEN' }]);
  expect(posts().length).toBe(1);
});

test('failed polls are told, and an answer ends the trouble', async () => {
  const run = await ordered();
  browser.answer = () => 'unreachable';
  await vi.advanceTimersByTimeAsync(6_000);
  expect(run.snapshot().trouble?.failures).toBeGreaterThan(0);
  browser.answer = healthy;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(run.snapshot()).toMatchObject({ trouble: null, phase: 'following' });
  run.open('');
  expect(vi.getTimerCount()).toBe(0);
});

test('a quiz that is not there is said so; no strange address is asked for', async () => {
  browser.answer = () => ({ status: 404 });
  window.location.hash = '#task-1-0';
  const run = new QuizRun();
  run.resume();
  await settle();
  expect(run.snapshot().notice?.title).toBe('This quiz is not here');
  const calls = browser.asked.length;
  window.location.hash = '#../../v1/stats';
  run.openAddress();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(browser.asked.length).toBe(calls);
});

test('a form becomes an order: lists between commas and lines, numbers as numbers, what is no number for the server to refuse', () => {
  const draft = { ...emptyDraft, userId: 7, quiz_size: ' 12 ', motivation_level: '2.5', skills: ['articles'], weak_skills: 'phrasal verbs, ,idioms', preferred_topics: 'a kitchen\ncode review', goals: 'job' };
  expect(requestOf(draft)).toMatchObject({
    userId: 7,
    learner: null,
    order: { quiz_size: 12, motivation_level: '2.5', weak_skills: ['articles', 'phrasal verbs', 'idioms'], preferred_topics: ['a kitchen', 'code review'], goals: 'job' },
  });
  expect(requestOf({ ...emptyDraft, quiz_size: '' }).order).not.toHaveProperty('quiz_size');
});

test('who may not see the table of all quizzes has no table and no complaint', async () => {
  browser.answer = ({ path }) => (path.startsWith('/api/users') ? { status: 200, body: { users: [{ id: 7, username: 'ada' }] } } : { status: 403 });
  const shelf = new LearnerShelf();
  shelf.load();
  await settle();
  expect(shelf.snapshot()).toMatchObject({ learners: [{ id: 7 }], tasks: null, notice: null });
});

test('the table of all quizzes comes page by page, details when they are asked for', async () => {
  const rows = [{ task_id: 'a' }, { task_id: 'b' }];
  browser.answer = ({ path }) => {
    if (path.startsWith('/api/users')) return { status: 200, body: { users: [] } };
    if (path.endsWith('/details')) return { status: 200, body: { execution_id: path } };
    return { status: 200, body: path.includes('page_token=x') ? { tasks: rows.slice(1), next_page_token: '' } : { tasks: rows.slice(0, 1), next_page_token: 'x' } };
  };
  const shelf = new LearnerShelf();
  shelf.load();
  await settle();
  shelf.loadMoreTasks();
  shelf.loadMoreTasks(); // a second click adds nothing twice
  shelf.loadDetails('b');
  await settle();
  expect(shelf.snapshot()).toMatchObject({ tasks: rows, more: '', details: { b: { execution_id: '/api/ai/tasks/b/details' } } });
});
