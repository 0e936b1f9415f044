// One execution at a time holds a concurrency key; the others are refused, wait or join. Priorities order what waits.
import { assert, checkPoem, eachOf, refused, test } from '../harness.mjs';
import { poemRequest } from '../client.mjs';
import { devWithGateway } from '../http_client.mjs';

const writing = ({ kind }) => kind === 'output';
const keyed = (title, policy, rest = {}) => poemRequest(title, { concurrency_key: 'one at a time', concurrency_policy: policy, ...rest });

const startOf = async (client, id) => {
  const { tasks } = await client.ListTasks({ execution_id: id });
  return Number(tasks[0].start_time.seconds) * 1e9 + tasks[0].start_time.nanos;
};

test('a held key refuses, is joined, and is free after the end', async (t) => {
  const client = t.client(await t.mesh.dev({ args: ['--poem-pace', '100ms'] }));
  const holder = await client.CreateExecution(keyed('The first', 'REJECT'));
  const error = await refused(client.CreateExecution(keyed('The second', 'REJECT', { idempotency_key: 'second' })), 'FAILED_PRECONDITION', 'CONCURRENCY_KEY_HELD');
  assert.equal(error.metadata.execution_id, holder.id);
  assert.match(error.message, /QUEUE or JOIN/);
  const joined = await client.call('CreateExecution', keyed('The third', 'JOIN', { idempotency_key: 'third' }));
  assert.equal(joined.response.id, holder.id);
  assert.equal(joined.metadata.get('concurrency-joined')[0], 'true');
  assert.equal((await client.list()).length, 1);

  await client.CancelExecution({ id: holder.id });
  await client.tail({ execution_id: holder.id });
  const second = await client.CreateExecution(keyed('The second', 'REJECT', { idempotency_key: 'second' }));
  assert.notEqual(second.id, holder.id, 'a refused create leaves its idempotency key free');
  const again = await client.call('CreateExecution', keyed('The third', 'JOIN', { idempotency_key: 'third' }));
  assert.equal(again.response.id, holder.id, 'the key of a join stands for what was joined, whoever holds the concurrency key now');
  assert.equal(again.response.state, 'CANCELLED');
  assert.equal(again.metadata.get('idempotency-replayed')[0], 'true');
  await refused(client.CreateExecution(poemRequest('Keyless', { concurrency_policy: 'QUEUE' })), 'INVALID_ARGUMENT', 'FIELDS_INVALID');
});

test('the same over REST', async (t) => {
  const page = await devWithGateway(t, ['--poem-pace', '100ms']);
  const create = (title, concurrency_policy, headers) => page.call('POST', '/v1/executions', {
    body: { flow: 'poem', start: true, input: { title, form: 'sonnet' }, concurrency_key: 'k', concurrency_policy },
    headers,
  });
  const holder = await create('Held', 'QUEUE');
  assert.equal(holder.status, 201, holder.text);
  const rejected = await create('Refused', 'REJECT');
  assert.equal(rejected.status, 400);
  assert.equal(rejected.json.details[0].reason, 'CONCURRENCY_KEY_HELD');
  assert.equal(rejected.json.details[0].metadata.execution_id, holder.json.id);
  const joined = await create('Joined', 'JOIN');
  assert.equal(joined.status, 200);
  assert.equal(joined.headers['concurrency-joined'], 'true');
  assert.equal(joined.json.id, holder.json.id);
  const waiter = await create('Waits', 'QUEUE');
  assert.equal(waiter.status, 201);
  assert.equal(waiter.json.state, 'QUEUED');
  assert.equal(waiter.json.blocked_on.reason, 'CONCURRENCY_KEY');
  const { json } = await page.call('GET', `/v1/executions/${waiter.json.id}`);
  assert.equal(json.blocked_on.reason, 'CONCURRENCY_KEY');
  assert.ok(json.blocked_on.message.includes(holder.json.id), json.blocked_on.message);
  const unheard = await create('Unheard of', 'MAYBE');
  assert.equal(unheard.status, 400);
});

test('a queue goes on in order after kill -9 of the server, without those that were cancelled', async (t) => {
  const data = t.mesh.temporary('data');
  const first = await t.mesh.dev({ data, args: ['--poem-pace', '100ms', '--slots', '8'] });
  const client = t.client(first);
  const requests = Array.from({ length: 6 }, (_, i) => keyed(`Number ${i}`, 'QUEUE', { idempotency_key: `k${i}` }));
  const ids = [];
  for (const request of requests) ids.push((await client.CreateExecution(request)).id);
  await client.tail({ execution_id: ids[0] }, { until: writing });
  assert.equal((await client.CancelExecution({ id: ids[2] })).state, 'CANCELLED', 'one that waits ends at once');
  for (const id of ids.slice(1)) assert.equal((await client.ListTasks({ execution_id: id })).tasks[0].attempt, 0);
  await first.stop('SIGKILL');

  const again = t.client(await t.mesh.dev({ data, args: ['--slots', '8'] }));
  const left = ids.filter((_, i) => i !== 2);
  await eachOf(left, 8, (id) => checkPoem(again, id));
  const spans = await eachOf(left, 8, async (id) => {
    const { end_time } = await again.GetExecution({ id });
    return { from: await startOf(again, id), to: Number(end_time.seconds) * 1e9 + end_time.nanos };
  });
  for (let i = 1; i < spans.length; ++i) assert.ok(spans[i].from >= spans[i - 1].to, 'two held the key at the same time, or out of order');
  assert.equal((await again.ListTasks({ execution_id: ids[2] })).tasks[0].attempt, 0, 'a cancelled one never ran');
  await checkPoem(again, (await again.CreateExecution(keyed('The key is free', 'REJECT'))).id);
});

test('one that waits has its deadline, and may be started late', async (t) => {
  const client = t.client(await t.mesh.dev({ args: ['--poem-pace', '100ms', '--slots', '8'] }));
  const holder = await client.CreateExecution(keyed('Takes long', 'QUEUE'));
  const late = await client.CreateExecution(keyed('Out of time', 'QUEUE', { timeout: { seconds: 0, nanos: 200_000_000 } }));
  const unstarted = await client.CreateExecution(keyed('Not yet', 'QUEUE', { start: false }));
  const last = await client.CreateExecution(keyed('At last', 'QUEUE'));
  await client.tail({ execution_id: late.id });
  assert.equal((await client.GetExecution({ id: late.id })).state, 'TIMED_OUT');
  assert.match((await client.GetExecution({ id: last.id })).blocked_on.message, new RegExp(`${holder.id} holds`));
  await client.CancelExecution({ id: holder.id });
  await client.tail({ execution_id: holder.id });
  const error = await refused(client.CreateExecution(keyed('Refused', 'REJECT')), 'FAILED_PRECONDITION', 'CONCURRENCY_KEY_HELD');
  assert.equal(error.metadata.execution_id, unstarted.id, 'one that was not started holds the key when its turn comes');
  assert.equal((await client.GetExecution({ id: unstarted.id })).blocked_on.reason, 'NOT_STARTED');
  await client.StartExecution({ id: unstarted.id });
  await client.tail({ execution_id: unstarted.id }, { until: writing });
  assert.equal((await client.GetExecution({ id: unstarted.id })).blocked_on, null);
  assert.equal((await client.GetExecution({ id: last.id })).blocked_on.reason, 'CONCURRENCY_KEY');
});

test('with one slot, what waits starts in the order of its priority, and by age within it', async (t) => {
  const client = t.client(await t.mesh.dev({ args: ['--slots', '1', '--poem-pace', '30ms'] }));
  const busy = await client.CreateExecution(poemRequest('Busy'));
  await client.tail({ execution_id: busy.id }, { until: writing });
  const priorities = [9, 5, 0, undefined, 3, 0];
  const made = [];
  for (const priority of priorities) {
    made.push(await client.CreateExecution(poemRequest(`Priority ${priority}`, priority === undefined ? {} : { priority })));
  }
  assert.deepEqual(made.map(({ priority }) => priority), [9, 5, 0, 5, 3, 0]);
  await eachOf(made, 8, ({ id }) => client.tail({ execution_id: id }));
  const starts = await eachOf(made, 8, ({ id }) => startOf(client, id));
  const order = starts.map((start, i) => [start, i]).sort(([a], [b]) => a - b).map(([, i]) => i);
  assert.deepEqual(order, [2, 5, 4, 1, 3, 0]);
  for (const priority of [-1, 10]) {
    const error = await refused(client.CreateExecution(poemRequest('Out of range', { priority })), 'INVALID_ARGUMENT', 'FIELDS_INVALID');
    assert.equal(error.violations[0].field, 'priority');
  }
});
