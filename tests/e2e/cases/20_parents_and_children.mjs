// Flows that call, sleep and wait, with real workers: parents and children, optional parts, signals, outcomes from outside, cancels,
// deadlines, restarts, code versions.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, checkEvents, test } from '../harness.mjs';
import { faultsRequest, word } from '../client.mjs';
import { bearer, gateway } from '../http_client.mjs';

async function startMesh(t, { grace = '500ms' } = {}) {
  const serverArgs = ['--grace', grace, '--keepalive', '1s'];
  const server = await t.mesh.server({ keysFile: t.keysFile, args: serverArgs });
  const workerToken = await t.token('worker', 'worker');
  const ledger = path.join(t.directory, 'ledger');
  const admin = t.client(server, await t.token('root', 'admin'));
  // Starts a worker and resolves once it is attached.
  const worker = async (...args) => {
    const started = t.mesh.faultsWorker({ server: server.address, token: workerToken, args: ['--ledger', ledger, ...args] });
    await started.wrote(/attached as session/);
    return started;
  };
  const restart = async (old) => {
    await old.stop('SIGKILL');
    return t.mesh.server({ data: old.data, grpc: old.address, keysFile: t.keysFile, args: serverArgs });
  };
  writeFileSync(ledger, '');  // work that is cancelled at once may write nothing
  const work = () => readFileSync(ledger, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return { server, worker, restart, work, admin, client: t.client(server, await t.token('ada')) };
}

const sumOf = (households, members) => (members * 1000 * households * (households - 1)) / 2 + (households * members * (members - 1)) / 2;

// Waits for a child of this state; `key` undefined = any.
function childIs(client, id, state, key) {
  const fits = ({ kind, child }) => kind === 'child' && child.state === state && (key === undefined || child.call_key === key);
  return client.tail({ execution_id: id }, { until: fits });
}

async function ended(client, id, state) {
  const events = await client.tail({ execution_id: id });
  checkEvents(events, { id, state });
  const execution = await client.GetExecution({ id });
  assert.equal(execution.state, state, execution.failure?.message);
  return { events, execution, tasks: await client.tasks(id) };
}

test('parents that all call children never starve them of slots', async (t) => {
  const { worker, client } = await startMesh(t);
  await worker('--slots', '4');
  const input = { households: 3, members: 5, steps: 2, work_ms: 5 };
  const parents = await Promise.all(Array.from({ length: 4 }, () => client.CreateExecution(faultsRequest('family', 'RaiseFamily', input))));
  for (const { id } of parents) {
    const { execution, tasks } = await ended(client, id, 'COMPLETED');
    assert.equal(execution.output.sum, sumOf(3, 5));
    assert.equal(tasks.length, 1 + 3 * (1 + 5 + 2));
    assert.ok(tasks.every(({ state }) => state === 'COMPLETED'));
  }
});

test('three levels on a single slot: every member is met once, and the tasks name their parents', async (t) => {
  const { worker, client, work } = await startMesh(t);
  await worker('--slots', '1');
  const { id } = await client.CreateExecution(faultsRequest('family', 'RaiseFamily', { households: 4, members: 6, households_at_once: 2 }));
  const { execution, events, tasks } = await ended(client, id, 'COMPLETED');
  assert.equal(execution.output.sum, sumOf(4, 6));
  const starts = work().filter(({ event }) => event === 'start').map(({ path: where }) => where);
  assert.equal(starts.length, 24);
  assert.equal(new Set(starts).size, 24);
  const byNumber = new Map(tasks.map((task) => [task.task, task]));
  for (const { type, parent, call_key } of tasks) {
    if (type === 'member') assert.match(`${byNumber.get(parent).call_key}/${call_key}`, /^h\d\/m\d$/);
    if (type === 'household') assert.equal(parent, 0);
  }
  let running = 0;
  for (const { kind, child } of events) {
    if (kind !== 'child' || !child.call_key.startsWith('h')) continue;
    if (child.state === 'READY') ++running;
    if (child.state === 'COMPLETED') --running;
    assert.ok(running <= 2, 'more households at once than the flow allows');
  }
});

test('an optional part that fails leaves a gap and COMPLETED_WITH_ERRORS, a needed one FAILED', async (t) => {
  const { worker, client } = await startMesh(t);
  await worker('--slots', '4');
  const input = { households: 3, members: 2, failing: [{ path: 'h1/m0' }] };
  const optional = await client.CreateExecution(faultsRequest('family', 'RaiseFamily', { ...input, gaps_allowed: true }));
  const { execution, tasks } = await ended(client, optional.id, 'COMPLETED_WITH_ERRORS');
  assert.deepEqual(execution.output.households.map(({ draws }) => draws.length), [2, 0, 2]);
  const failed = tasks.find(({ type, state }) => type === 'member' && state === 'FAILED');
  assert.equal(failed.failure.reason, 'ON_DEMAND');
  assert.equal(failed.attempt, 1, 'what is not retryable was tried again');

  const needed = await client.CreateExecution(faultsRequest('family', 'RaiseFamily', input));
  const { execution: broken } = await ended(client, needed.id, 'FAILED');
  assert.equal(broken.failure.reason, 'ON_DEMAND');
  assert.equal(broken.output, null);
});

test('a child that fails for a while is tried again, and its brothers are not', async (t) => {
  const { worker, client, work } = await startMesh(t);
  await worker('--slots', '4');
  const until_file = path.join(t.directory, 'mended');
  const failing = [{ path: 'h0/m1', until_file, retryable: true }];
  const { id } = await client.CreateExecution(faultsRequest('family', 'RaiseFamily', { households: 2, members: 3, steps: 2, failing }));
  await childIs(client, id, 'BACKOFF', 'm1');
  writeFileSync(until_file, '');
  const { execution, tasks } = await ended(client, id, 'COMPLETED');
  assert.equal(execution.output.sum, sumOf(2, 3));
  const again = tasks.filter(({ failures }) => failures > 0);
  assert.deepEqual(again.map(({ call_key }) => call_key), ['m1']);
  assert.equal(again[0].attempt, again[0].failures + 1);
  const others = work().filter(({ event, path: where }) => event === 'start' && where !== 'h0/m1');
  assert.equal(others.length, 5 + 4, 'work was done twice that had not failed');
});

test('a signal sent twice with one key over HTTP is heard once', async (t) => {
  const { server, worker, client } = await startMesh(t);
  await worker('--park-after-ms', '1');
  const http = await gateway(t, server);
  const { id } = await client.CreateExecution(faultsRequest('listen', 'Listen', { words: 2 }));
  const signal = (value, key, token = client.token) => http.call('POST', `/v1/executions/${id}:signal`, {
    body: { name: 'word', payload: word(value) },
    headers: { ...bearer(token), 'idempotency-key': key },
  });
  for (let i = 0; i < 3; ++i) assert.equal((await signal('one', 'first')).status, 200);
  const reused = await signal('other', 'first');
  assert.equal(reused.status, 409, reused.text);
  assert.equal(reused.json.details[0].reason, 'IDEMPOTENCY_KEY_REUSED');
  assert.equal((await signal('stranger', 'second', await t.token('bob'))).status, 404);
  assert.equal((await signal('two', 'second')).status, 200);
  const { execution } = await ended(client, id, 'COMPLETED');
  assert.deepEqual(execution.output.words, ['one', 'two']);
  assert.equal((await signal('one', 'first')).status, 200, 'a repeat is answered as before, also after the end');
});

test('an outcome from outside is given over HTTP, by the token alone and once', async (t) => {
  const { server, worker, client } = await startMesh(t);
  await worker('--park-after-ms', '1');
  const http = await gateway(t, server);
  const { id } = await client.CreateExecution(faultsRequest('ask', 'Ask'));
  const said = await client.tail({ execution_id: id }, { until: ({ kind, log }) => kind === 'log' && log.attributes.token });
  await childIs(client, id, 'EXTERNAL');
  // The gateway, too, needs somebody's token to learn the types that a worker brought; whoever looks at the execution brings one.
  assert.equal((await http.call('GET', `/v1/executions/${id}`, { headers: bearer(client.token) })).json.state, 'RUNNING');
  const complete = (token, outcome) => http.call('POST', '/v1/tasks:complete', { body: { token, ...outcome } });
  const { token } = said.at(-1).log.attributes;
  const wrong = await complete(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, { output: word('guess') });
  assert.equal(wrong.status, 404, wrong.text);
  for (let i = 0; i < 2; ++i) {
    const answer = await complete(token, { output: word('yes') });
    assert.equal(answer.status, 200, answer.text);
  }
  const other = await complete(token, { output: word('no') });
  assert.equal(other.status, 400, other.text);
  const { execution } = await ended(client, id, 'COMPLETED');
  assert.deepEqual(execution.output.words, ['yes']);
  assert.equal((await complete(token, { output: word('yes') })).status, 200, 'a repeat is answered as before, also after the end');
});

test('nobody answers: the wait from outside times out and the flow fails', async (t) => {
  const { worker, client } = await startMesh(t);
  await worker();
  const { id } = await client.CreateExecution(faultsRequest('ask', 'Ask', { timeout_ms: 200 }));
  const { execution } = await ended(client, id, 'FAILED');
  assert.equal(execution.failure.reason, 'TIMEOUT');
});

// Members at work have begun and not ended; the others never begin once the tree is told to stop.
async function checkStopped(work, tasks, states) {
  assert.ok(tasks.every(({ state }) => states.includes(state)), JSON.stringify(tasks.map(({ state }) => state)));
  assert.ok(tasks.some(({ type, state }) => type === 'member' && state === 'CANCELLED'));
  assert.ok(!work().some(({ event, path: where }) => event === 'finish' && where.includes('/m')), 'a member went on to its end');
}

test('a cancel goes through the whole tree', async (t) => {
  const { worker, client, work } = await startMesh(t);
  const started = await worker('--slots', '4');
  const input = { households: 3, members: 4, work_ms: 600_000 };
  const { id } = await client.CreateExecution(faultsRequest('family', 'RaiseFamily', input));
  await childIs(client, id, 'ASSIGNED', 'm0');  // the first member at work; which others are depends on who comes first
  assert.ok(['CANCELLING', 'CANCELLED'].includes((await client.CancelExecution({ id })).state));
  const { tasks } = await ended(client, id, 'CANCELLED');
  await checkStopped(work, tasks, ['CANCELLED']);
  // The slots are free again.
  const next = await client.CreateExecution(faultsRequest('family', 'RaiseFamily', { households: 1, members: 4 }));
  await ended(client, next.id, 'COMPLETED');
  assert.equal((await started.stop('SIGTERM')).code, 0);
});

test('a deadline ends the whole tree, and what it had at work gives its slots back', async (t) => {
  const { worker, client, work } = await startMesh(t);
  await worker('--slots', '2');
  const input = { households: 2, members: 3, work_ms: 600_000 };
  const timeout = { seconds: 0, nanos: 500_000_000 };
  const { id } = await client.CreateExecution(faultsRequest('family', 'RaiseFamily', input, { timeout }));
  const { execution, tasks } = await ended(client, id, 'TIMED_OUT');
  assert.ok(execution.failure.reason);
  await checkStopped(work, tasks, ['CANCELLED', 'TIMED_OUT']);
  const next = await client.CreateExecution(faultsRequest('family', 'RaiseFamily', { households: 1, members: 3 }));
  await ended(client, next.id, 'COMPLETED');
});

test('a sleep goes on while server and worker are gone, and its steps are not done again', async (t) => {
  const mesh = await startMesh(t);
  const first = await mesh.worker('--park-after-ms', '1');
  const { id } = await mesh.client.CreateExecution(faultsRequest('doze', 'Doze', { sleep_ms: 1_500 }));
  const asleep = await mesh.client.tail({ execution_id: id }, { until: ({ kind, child }) => kind === 'child' && child.call_key.startsWith('sleep') });
  await first.stop('SIGKILL');
  const again = await mesh.restart(mesh.server);
  const client = t.client(again, mesh.client.token);
  await mesh.worker();
  const { events, execution } = await ended(client, id, 'COMPLETED');
  const at = ({ time }) => time.seconds * 1000 + time.nanos / 1e6;
  const woke = events.find(({ kind, child }) => kind === 'child' && child.call_key.startsWith('sleep') && child.state === 'COMPLETED');
  assert.ok(at(woke) - at(asleep.at(-1)) >= 1_400, 'it woke up too early');
  assert.deepEqual(mesh.work().filter(({ event }) => event === 'start').map(({ path: where }) => where), ['before', 'after']);
  assert.deepEqual(execution.output.words, mesh.work().filter(({ event }) => event === 'start').map(({ draw }) => draw));
});

test('an execution stays with the code version it began with, and says so while nobody serves it', async (t) => {
  const { worker, client } = await startMesh(t);
  const old = await worker('--code-version', '1', '--park-after-ms', '1');
  const { id } = await client.CreateExecution(faultsRequest('listen', 'Listen', { words: 2 }));
  const say = (value) => client.SignalExecution({ id, name: 'word', payload: word(value), idempotency_key: value });
  await say('one');
  await childIs(client, id, 'COMPLETED', 'signal#1');
  assert.equal((await old.stop('SIGTERM')).code, 0);
  await worker('--code-version', '2', '--park-after-ms', '1');
  await say('two');
  // Another execution shows that the new worker works, and would have had the time.
  const other = await client.CreateExecution(faultsRequest('listen', 'Listen', { words: 1 }));
  await client.SignalExecution({ id: other.id, name: 'word', payload: word('new') });
  await ended(client, other.id, 'COMPLETED');
  const blocked = await client.GetExecution({ id });
  assert.equal(blocked.state, 'RUNNING');
  assert.equal(blocked.blocked_on?.reason, 'CODE_VERSION', JSON.stringify(blocked.blocked_on));
  assert.match(blocked.blocked_on.message, /code_version 1 of 'listen'/);
  await worker('--code-version', '1');
  const { execution } = await ended(client, id, 'COMPLETED');
  assert.deepEqual(execution.output.words, ['one', 'two']);
});

test('a flow that waits says for what', async (t) => {
  const { worker, client } = await startMesh(t);
  await worker('--park-after-ms', '1');
  // Its calls are made one after the other: what is said first need not be all.
  const saysInTheEnd = async (flow, type, input, reason, message) => {
    const { id } = await client.CreateExecution(faultsRequest(flow, type, input));
    for (;;) {
      const { blocked_on } = await client.GetExecution({ id });
      if (blocked_on?.reason === reason && message.test(blocked_on.message)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await saysInTheEnd('listen', 'Listen', { words: 1 }, 'SIGNAL', /signal 'word'/);
  await saysInTheEnd('ask', 'Ask', undefined, 'EXTERNAL', /outside/);
  await saysInTheEnd('doze', 'Doze', { sleep_ms: 60_000 }, 'TIMER', /./);
  const three = /task 1 '.*' of type 'translate'.*; task 2 '.*' of type 'translate'.*; task 3 /;
  await saysInTheEnd('dictate', 'Dictate', { words: ['a', 'b', 'c'] }, 'CHILD', three);
});
