import { beforeEach, expect, test, vi } from 'vitest';
import { PoemRun } from '../../src/poem/poem_run';
import { FakeBrowser, FakeSocket, type Answer, type Asked } from '../fake_browser';

const id = '01a20064-3eba-7000-bbc2-f6c2c68fe19c';
const poem = { title: 'Rain', description: '', form: 'haiku' };

const browser = new FakeBrowser('/');
const { posts, polls, settle } = browser;

let execution: object;
const setExecution = (fields: object): void => {
  execution = { id, flow: 'poem', state: 'RUNNING', input: poem, output: null, failure: null, progress: null, blocked_on: null, last_seq: '0', ...fields };
};
const healthy = ({ method, path }: Asked): Answer =>
  method === 'POST' && !path.endsWith('/start') ? { status: 201, body: { ...execution, state: 'CREATED' } } : { status: 200, body: execution };

beforeEach(() => {
  setExecution({});
  browser.answer = healthy;
});

async function following(): Promise<PoemRun> {
  const run = new PoemRun();
  run.write(poem);
  await settle();
  FakeSocket.last.onopen?.();
  return run;
}

test('a click creates, starts and follows; further clicks do nothing', async () => {
  const run = new PoemRun();
  run.write(poem);
  run.write(poem);
  await settle();
  run.write(poem);
  await settle();
  expect(posts().map(({ path }) => path)).toEqual(['/api/flows/executions', `/api/flows/executions/${id}/start`]);
  expect(FakeSocket.made.map(({ url }) => url)).toEqual([`wss://poems.example/api/flows/executions/${id}/logs/ws?after=0`]);
  expect(run.snapshot()).toMatchObject({ phase: 'following', id });
  expect(window.location.hash).toBe(`#${id}`);
  expect(browser.storage.size).toBe(0);
});

test('every interruption resumes behind the last event, waiting longer each time', async () => {
  const run = await following();
  FakeSocket.last.says(1);
  FakeSocket.last.says(2);
  const waits: number[] = [];
  vi.spyOn(Math, 'random').mockReturnValue(1);
  for (const code of [1006, 1001, 1011, 1000]) {
    FakeSocket.last.breaks(code);
    const { connection } = run.snapshot();
    if (connection.kind !== 'waiting') throw new Error(connection.kind);
    waits.push(connection.untilMs - Date.now());
    await vi.advanceTimersByTimeAsync(waits.at(-1) ?? 0);
    expect(FakeSocket.last.url).toMatch(/after=2$/);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000]);
  expect(FakeSocket.made.length).toBe(5);
  FakeSocket.last.says(2);
  FakeSocket.last.says(3);
  expect(run.snapshot().view.logs.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  FakeSocket.last.breaks(1006);
  expect(run.snapshot().connection).toMatchObject({ kind: 'waiting', untilMs: Date.now() + 500 }); // events came: from the start
});

test('a gap breaks the connection, and nothing of it is shown', async () => {
  const run = await following();
  const first = FakeSocket.last;
  first.says(1);
  first.says(3);
  expect(first.closed).toBe(true);
  expect(run.snapshot().view.lastSeq).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeSocket.last.url).toMatch(/after=1$/);
});

test('the last event ends the connection, and the state is asked for at once', async () => {
  const run = await following();
  const before = polls().length;
  setExecution({ state: 'COMPLETED', output: { title: 'Rain', stanzas: [{ lines: ['x'] }], form: 'haiku', model: 'm' } });
  FakeSocket.last.says(1, { state: { state: 'COMPLETED', failure: null } });
  await settle();
  expect(polls().length).toBe(before + 1);
  expect(run.snapshot()).toMatchObject({ phase: 'done', connection: { kind: 'ended' }, notice: null });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(polls().length).toBe(before + 1);
  expect(FakeSocket.made.length).toBe(1);
});

test.each([0, 1])('an answer that was under way when the last event came is not the last word (%i ms later)', async (laterMs) => {
  const run = await following();
  await settle();
  let release = (): void => {};
  const held = new Promise<void>((go) => (release = go));
  const calm = globalThis.fetch;
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const response = await calm(path, init);
    await held;
    return response;
  });
  await vi.advanceTimersByTimeAsync(5_000); // a poll is asked, and answered as long as the poem runs
  setExecution({ state: 'COMPLETED', output: { title: 'Rain', stanzas: [], form: 'haiku', model: 'm' } });
  FakeSocket.last.says(1, { state: { state: 'COMPLETED', failure: null } });
  if (laterMs > 0) await vi.advanceTimersByTimeAsync(laterMs);
  release();
  await vi.advanceTimersByTimeAsync(1);
  expect(run.snapshot().phase).toBe('done');
});

test('the state is asked for every five seconds, later when the server says so', async () => {
  await following();
  await settle();
  const before = polls().length;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(polls().length).toBe(before + 2);
  browser.answer = () => ({ status: 429, headers: { 'retry-after': '12' } });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(polls().length).toBe(before + 3);
  await vi.advanceTimersByTimeAsync(6_000);
  FakeSocket.last.breaks(1006); // a reason to ask at once, otherwise
  await vi.advanceTimersByTimeAsync(5_999);
  expect(polls().length).toBe(before + 3);
  await vi.advanceTimersByTimeAsync(1);
  expect(polls().length).toBe(before + 4);
});

test('a connection that brings nothing while events wait is taken for dead', async () => {
  await following();
  FakeSocket.last.says(1);
  setExecution({ last_seq: '9' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(FakeSocket.made.length).toBe(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(FakeSocket.made.length).toBe(2);
  expect(FakeSocket.last.url).toMatch(/after=1$/);
});

test.each<[string, Answer]>([
  ['no answer', 'unreachable'],
  ['503', { status: 503 }],
  ['500', { status: 500 }],
  ['429', { status: 429 }],
  ['a page of some proxy', { status: 502 }],
])('%s: the outcome is unknown, and every further try has the same key, also after a reload', async (_, said) => {
  browser.answer = () => said;
  const run = new PoemRun();
  run.write(poem);
  await settle();
  expect(run.snapshot()).toMatchObject({ phase: 'idle', notice: { retry: 'same' } });
  await vi.advanceTimersByTimeAsync(60_000);
  run.retry();
  await settle();
  run.write(poem);
  await settle();
  new PoemRun().resume();
  await settle();
  const keys = posts().map(({ headers }) => headers['idempotency-key']);
  expect(keys.length).toBe(4);
  expect(new Set(keys).size).toBe(1);
});

test('a request that was refused is forgotten', async () => {
  browser.answer = () => ({ status: 400, body: { message: 'bad', details: [{ field_violations: [{ field: 'input.title', description: 'must not be empty' }] }] } });
  const run = new PoemRun();
  run.write(poem);
  await settle();
  expect(run.snapshot().notice?.violations).toEqual([{ field: 'title', description: 'must not be empty' }]);
  expect(browser.storage.size).toBe(0);
});

test.each(['FAILED', 'TIMED_OUT', 'CANCELLED'])('%s says why, and the next try is a new request', async (state) => {
  const run = await following();
  setExecution({ state, failure: { reason: 'AUTH', message: 'no key', retryable: false } });
  FakeSocket.last.says(1, { state: { state, failure: null } });
  await settle();
  expect(run.snapshot()).toMatchObject({ phase: 'done', notice: { retry: 'anew' } });
  run.retry();
  await settle();
  const [first, second] = posts().filter(({ path }) => path === '/api/flows/executions');
  expect(second?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key']);
});

test('a token that is asked for goes with calls and connections', async () => {
  browser.answer = () => ({ status: 401 });
  const run = new PoemRun();
  run.write(poem);
  await settle();
  expect(run.snapshot().notice).toMatchObject({ wantsToken: true, retry: 'same' });
  browser.answer = healthy;
  run.useToken(' abc.def.ghi\n');
  await settle();
  expect(browser.asked.at(-1)?.headers['authorization']).toBe('Bearer abc.def.ghi');
  expect(FakeSocket.last.protocols).toEqual(['bearer.abc.def.ghi']);
});

test('a token that expires while one watches is asked for, and the stream goes on behind the last event', async () => {
  const run = await following();
  await settle();
  FakeSocket.last.says(1);
  browser.answer = () => ({ status: 401 });
  FakeSocket.last.breaks(1008);
  await settle();
  expect(run.snapshot()).toMatchObject({ phase: 'following', notice: { wantsToken: true } });
  const calls = browser.asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(browser.asked.length).toBe(calls);
  browser.answer = () => ({ status: 200, body: execution });
  run.useToken('fresh');
  await settle();
  expect(FakeSocket.last.url).toMatch(/after=1$/);
  expect(FakeSocket.last.protocols).toEqual(['bearer.fresh']);
  FakeSocket.last.onopen?.();
  await settle();
  expect(run.snapshot().notice).toBeNull();
});

test('an execution that is not there is said so and not asked for again', async () => {
  window.location.hash = `#${id}`;
  browser.answer = () => ({ status: 404 });
  const run = new PoemRun();
  run.resume();
  await settle();
  expect(run.snapshot()).toMatchObject({ phase: 'idle', connection: { kind: 'none' } });
  expect(run.snapshot().notice?.title).toMatch(/not here/);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(browser.asked.length).toBe(1);
});

test('leaving forgets the poem and stops everything', async () => {
  const run = await following();
  run.leave();
  expect(FakeSocket.last.closed).toBe(true);
  const calls = browser.asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(browser.asked.length).toBe(calls);
  expect(run.snapshot()).toMatchObject({ phase: 'idle', id: '' });
  expect(window.location.hash).toBe('');
});
