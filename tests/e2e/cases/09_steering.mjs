// Cancel, deadline, lists, batches, waiting calls, and why something does not move.
import { assert, checkEvents, checkPoem, refused, test } from '../harness.mjs';
import { poemRequest, poemText } from '../client.mjs';

const writing = ({ kind }) => kind === 'output';

test('a running poem is cancelled and stays cancelled', async (t) => {
  const client = t.client(await t.mesh.dev({ args: ['--poem-pace', '100ms'] }));
  const { id } = await client.CreateExecution(poemRequest('Cut short'));
  await client.tail({ execution_id: id }, { until: writing });
  const answer = await client.CancelExecution({ id, reason: 'enough' });
  assert.ok(['CANCELLING', 'CANCELLED'].includes(answer.state), answer.state);
  checkEvents(await client.tail({ execution_id: id }), { id, state: 'CANCELLED' });
  const execution = await client.GetExecution({ id });
  assert.equal(execution.state, 'CANCELLED');
  assert.equal(execution.output, null);
  assert.equal((await client.CancelExecution({ id })).state, 'CANCELLED', 'cancelling twice is cancelling once');
  await refused(client.StartExecution({ id }), 'FAILED_PRECONDITION');
});

test('an execution that was never started is cancelled at once, a completed one is not', async (t) => {
  const client = t.client(await t.mesh.dev());
  const created = await client.CreateExecution(poemRequest('Never begun', { start: false }));
  assert.equal((await client.CancelExecution({ id: created.id })).state, 'CANCELLED');
  checkEvents(await client.tail({ execution_id: created.id }), { id: created.id, state: 'CANCELLED' });
  const { id } = await client.CreateExecution(poemRequest('Finished'));
  await checkPoem(client, id);
  const error = await refused(client.CancelExecution({ id }), 'FAILED_PRECONDITION');
  assert.match(error.message, /COMPLETED/);
});

test('a deadline ends a running execution and one that waits for a worker', async (t) => {
  const timeout = { seconds: 0, nanos: 400_000_000 };
  const busy = t.client(await t.mesh.dev({ args: ['--poem-pace', '200ms'] }));
  const idle = t.client(await t.mesh.dev({ args: ['--no-worker'] }));
  for (const client of [busy, idle]) {
    const { id } = await client.CreateExecution(poemRequest('Against the clock', { timeout }));
    checkEvents(await client.tail({ execution_id: id }), { id, state: 'TIMED_OUT' });
    const execution = await client.GetExecution({ id });
    assert.equal(execution.state, 'TIMED_OUT');
    assert.ok(execution.failure.reason);
    assert.ok(execution.deadline.seconds > 0);
  }
});

test('lists are filtered, newest first, and pages neither miss nor repeat', async (t) => {
  const client = t.client(await t.mesh.dev({ args: ['--no-worker'] }));
  const ids = [];
  for (let i = 0; i < 25; ++i) {
    const labels = { parity: i % 2 === 0 ? 'even' : 'odd', all: 'yes' };
    ids.unshift((await client.CreateExecution(poemRequest(`Entry ${i}`, { start: i < 5, labels }))).id);
  }
  const idsOf = (executions) => executions.map(({ id }) => id);
  assert.deepEqual(idsOf(await client.list()), ids);
  assert.deepEqual(idsOf(await client.list({ page_size: 7 })), ids);
  assert.deepEqual(idsOf(await client.list({ page_size: 4, labels: { parity: 'even', all: 'yes' } })), ids.filter((_, i) => i % 2 === 0));
  assert.deepEqual(idsOf(await client.list({ states: ['CREATED'] })), ids.slice(0, 20));
  assert.deepEqual(idsOf(await client.list({ states: ['QUEUED', 'RUNNING'] })), ids.slice(20));
  assert.deepEqual(await client.list({ flow: 'quiz' }), []);
  assert.deepEqual(await client.list({ labels: { parity: 'none' } }), []);
  const [page] = [await client.ListExecutions({ page_size: 10 })];
  assert.equal(page.executions[0].input, null, 'lists leave the input out');
  await refused(client.ListExecutions({ page_size: 10, page_token: page.next_page_token, flow: 'poem' }), 'INVALID_ARGUMENT', 'PAGE_TOKEN_INVALID');
});

test('a batch of a hundred with one bad request makes ninety-nine', async (t) => {
  const client = t.client(await t.mesh.dev());
  const requests = Array.from({ length: 100 }, (_, i) => poemRequest(i === 50 ? '' : `Batch ${i}`, { idempotency_key: `b${i}` }));
  const { results } = await client.BatchCreateExecutions({ requests });
  assert.equal(results.length, 100);
  assert.equal(results[50].result, 'error');
  assert.equal(results[50].error.code, 3);
  const made = results.filter(({ result }) => result === 'execution');
  assert.equal(made.length, 99);
  await Promise.all(made.map(({ execution }) => checkPoem(client, execution.id)));

  const again = await client.BatchCreateExecutions({ requests });
  assert.ok(again.results.every(({ replayed, result }) => replayed || result === 'error'));
  assert.equal((await client.list()).length, 99);
  await refused(client.BatchCreateExecutions({ requests: [] }), 'INVALID_ARGUMENT');
});

test('RunExecution answers with the result, or with the execution when it takes too long', async (t) => {
  const quick = t.client(await t.mesh.dev());
  const execution = await quick.RunExecution({ execution: poemRequest('In one call') });
  assert.equal(execution.state, 'COMPLETED');
  assert.ok(poemText(execution.output).length > 0);

  const slow = t.client(await t.mesh.dev({ args: ['--poem-pace', '300ms'] }));
  const { response, metadata } = await slow.call('RunExecution', { execution: poemRequest('Take your time'), wait: { seconds: 0, nanos: 300_000_000 } });
  assert.equal(response.state, 'RUNNING');
  assert.equal(metadata.get('x-http-status')[0], '202');
});

test('an execution says what it is blocked on', async (t) => {
  const client = t.client(await t.mesh.dev({ args: ['--no-worker'] }));
  const created = await client.CreateExecution(poemRequest('Not yet', { start: false }));
  assert.equal((await client.GetExecution({ id: created.id })).blocked_on.reason, 'NOT_STARTED');
  await client.StartExecution({ id: created.id });
  const { blocked_on } = await client.GetExecution({ id: created.id });
  assert.equal(blocked_on.reason, 'NO_WORKER');
  assert.match(blocked_on.message, /poem/);

  const busy = t.client(await t.mesh.dev({ args: ['--slots', '1', '--poem-pace', '300ms'] }));
  const first = await busy.CreateExecution(poemRequest('First in line'));
  await busy.tail({ execution_id: first.id }, { until: writing });
  const second = await busy.CreateExecution(poemRequest('Second in line'));
  assert.equal((await busy.GetExecution({ id: second.id })).blocked_on.reason, 'WORKERS_BUSY');
  assert.equal((await busy.GetExecution({ id: first.id })).blocked_on, null);
});
