import { beforeEach, expect, test, vi } from 'vitest';
import { BlueprintRun } from '../../src/blueprints/blueprint_run';
import { growthOf } from '../../src/blueprints/growth';
import { mostFailures } from '../../src/server/status_poll';
import { FakeBrowser, FakeSocket, type Answer, type Asked } from '../fake_browser';

const topicId = '01a20064-3eba-7000-bbc2-f6c2c68fe19c';
const id = '01a20064-3eba-7000-bbc2-f6c2c68fe19d';
const topic = { title: 'Version control', description: '' };

const browser = new FakeBrowser('/blueprints/');
const { posts, polls, settle } = browser;

let status: object;
const setStatus = (fields: object): void => {
  status = { id, status: 'generating', title: topic.title, description: '', terminal_objectives_count: 0, enabling_objectives_count: 0, progress: 5, error: '', ...fields };
};

const healthy = ({ method, path }: Asked): Answer => {
  if (method === 'POST') return { status: 201, body: path === '/api/topics' ? { id: topicId, ...topic } : { ...status, topic_id: topicId } };
  return { status: 200, body: path.endsWith('/status') ? status : { ...status, terminal_objectives: [] } };
};
const refusing = (reason: string, metadata: object): Answer => ({ status: 400, body: { message: reason, details: [{ reason, metadata }] } });

beforeEach(() => {
  setStatus({});
  browser.answer = healthy;
});

async function generating(): Promise<BlueprintRun> {
  const run = new BlueprintRun();
  run.generate({ topic });
  await settle();
  return run;
}

test('a click makes the topic, begins its blueprint and polls it; further clicks do nothing', async () => {
  const run = new BlueprintRun();
  run.generate({ topic });
  run.generate({ topic });
  await settle();
  run.generate({ topicId });
  await settle();
  expect(posts().map(({ path }) => path)).toEqual(['/api/topics', `/api/topics/${topicId}/blueprints/generate`]);
  expect(window.location.hash).toBe(`#${topicId}/${id}`);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(polls().map(({ path }) => path)).toEqual(Array(3).fill(`/api/topics/${topicId}/blueprints/${id}/status`));
  expect(browser.storage.size).toBe(0);
});

test('the events of its execution move the counts between two polls, and the poll has the last word', async () => {
  const run = await generating();
  expect(FakeSocket.last.url).toMatch(new RegExp(`/executions/${id}/logs/ws\\?after=0$`));
  const growth = () => growthOf(run.snapshot().status, run.snapshot().watched.view);
  expect(growth()).toEqual({ terminal: 0, enabling: 0, percent: 5 });
  FakeSocket.last.says(1, { progress: { percent: 32, message: 'objective 3 of 10', counters: { terminal_objectives: 3, enabling_objectives: 8 } } });
  expect(growth()).toEqual({ terminal: 3, enabling: 8, percent: 30 });
  setStatus({ terminal_objectives_count: 4, enabling_objectives_count: 9, progress: 40 });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(growth()).toEqual({ terminal: 4, enabling: 9, percent: 40 });
  setStatus({ status: 'error', error: 'Generation timed out', progress: 0 });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(growth()).toEqual({ terminal: 0, enabling: 0, percent: 0 });
});

test('the end of its execution is not the end of the blueprint as long as the poll does not say so', async () => {
  const run = await generating();
  const before = polls().length;
  FakeSocket.last.says(1, { state: { state: 'FAILED', failure: null } }); // it was retried: another execution goes on
  await settle();
  expect(polls().length).toBe(before + 1);
  expect(run.snapshot()).toMatchObject({ phase: 'following', notice: null });
  setStatus({ status: 'completed', progress: 100 });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(run.snapshot()).toMatchObject({ phase: 'done', blueprint: { id }, notice: null });
  expect(FakeSocket.last.closed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('failed polls are told and repeated a hundred times, then it gives up and begins again when it is told to', async () => {
  const run = await generating();
  browser.answer = () => ({ status: 503 });
  FakeSocket.last.breaks(1006); // a reason to ask at once
  await settle();
  expect(run.snapshot().trouble).toMatchObject({ failures: 1 });
  await vi.advanceTimersByTimeAsync(mostFailures * 10_000 + 60_000);
  expect(run.snapshot()).toMatchObject({ phase: 'idle', trouble: null, notice: { retry: 'reconnect' } });
  const calls = polls().length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(polls().length).toBe(calls);
  expect(vi.getTimerCount()).toBe(0);

  browser.answer = healthy;
  run.retry();
  await settle();
  expect(run.snapshot()).toMatchObject({ phase: 'following', place: { topicId, id }, notice: null, trouble: null });
});

test('an answer ends the trouble', async () => {
  const run = await generating();
  browser.answer = () => 'unreachable';
  await vi.advanceTimersByTimeAsync(6_000);
  expect(run.snapshot().trouble).not.toBeNull();
  browser.answer = healthy;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(run.snapshot().trouble).toBeNull();
});

test('a topic with a blueprint on its way leads to that one, with a word', async () => {
  const active = '01a20064-3eba-7000-bbc2-f6c2c68fe1aa';
  browser.answer = (asked) => (asked.path.endsWith('/generate') ? refusing('GENERATION_ACTIVE', { blueprint_id: active }) : healthy(asked));
  const run = new BlueprintRun();
  run.open({ topicId, id: '' });
  run.generate({ topicId });
  await settle();
  expect(run.snapshot()).toMatchObject({ phase: 'following', place: { topicId, id: active }, notice: null });
  expect(run.snapshot().word).toMatch(/on its way/);
  expect(browser.storage.size).toBe(0);
});

test.each<[string, string]>([
  ['the topic', '/api/topics'],
  ['the blueprint', '/generate'],
])('an answer about %s that is lost: every further try has the same keys, also after a reload', async (_, lost) => {
  browser.answer = (asked) => (asked.path.endsWith(lost) ? 'unreachable' : healthy(asked));
  const run = await generating();
  expect(run.snapshot()).toMatchObject({ phase: 'idle', notice: { retry: 'same' } });
  await vi.advanceTimersByTimeAsync(60_000);
  run.retry();
  await settle();
  new BlueprintRun().resume();
  await settle();
  const keys = (path: string) => posts().filter((asked) => asked.path.endsWith(path)).map(({ headers }) => headers['idempotency-key']);
  expect(keys(lost).length).toBe(3);
  expect(new Set(keys(lost)).size).toBe(1);
  expect(keys('/api/topics').length).toBe(lost === '/generate' ? 1 : 3); // a topic that is known to be there is not made again
});

test('a topic that was refused is forgotten, and its fields are named', async () => {
  browser.answer = () => ({ status: 400, body: { message: 'bad', details: [{ field_violations: [{ field: 'title', description: 'must not be empty' }] }] } });
  const run = await generating();
  expect(run.snapshot().notice?.violations).toEqual([{ field: 'title', description: 'must not be empty' }]);
  expect(browser.storage.size).toBe(0);
  expect(posts().length).toBe(1);
});

test.each(['error', 'cancelled'])('%s says why, and the next try is another blueprint of the topic', async (ended) => {
  const run = await generating();
  setStatus({ status: ended, error: 'no key' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(run.snapshot()).toMatchObject({ phase: 'done', notice: { retry: 'anew' } });
  run.retry();
  await settle();
  const [first, second, ...more] = posts().filter(({ path }) => path.endsWith('/generate'));
  expect(second?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key']);
  expect(more).toEqual([]);
  expect(posts().filter(({ path }) => path === '/api/topics').length).toBe(1);
});

test('cancelling one that has ended meanwhile is no complaint', async () => {
  const run = await generating();
  browser.answer = (asked) => (asked.path.endsWith(':cancel') ? refusing('WRONG_STATE', {}) : healthy(asked));
  setStatus({ status: 'completed', progress: 100 });
  await run.cancel();
  await settle();
  expect(run.snapshot()).toMatchObject({ phase: 'done', cancelling: false, notice: null });
});

test('a token that is asked for goes with the next calls', async () => {
  const run = await generating();
  browser.answer = () => ({ status: 401 });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(run.snapshot().notice).toMatchObject({ wantsToken: true });
  const calls = browser.asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(browser.asked.length).toBe(calls);
  browser.answer = healthy;
  run.useToken('abc');
  await settle();
  expect(browser.asked.at(-1)?.headers['authorization']).toBe('Bearer abc');
  expect(FakeSocket.last.protocols).toEqual(['bearer.abc']);
  expect(run.snapshot()).toMatchObject({ phase: 'following', notice: null });
});

test('another blueprint in the address stops everything about this one', async () => {
  const run = await generating();
  const socket = FakeSocket.last;
  run.open({ topicId: '', id: '' });
  expect(socket.closed).toBe(true);
  const calls = browser.asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(browser.asked.length).toBe(calls);
  expect(vi.getTimerCount()).toBe(0);
  expect(window.location.hash).toBe('');
});

test('one that is not there is said so and not asked for again', async () => {
  window.location.hash = `#${topicId}/${id}`;
  browser.answer = () => ({ status: 404 });
  const run = new BlueprintRun();
  run.resume();
  await settle();
  expect(run.snapshot().notice?.title).toBe('This blueprint is not here');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(browser.asked.length).toBe(1);
});
