// Retries that do not do again what was done, executions that are deleted, and those that go by their age.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, checkEvents, refused, test } from '../harness.mjs';
import { faultsRequest, poemRequest } from '../client.mjs';
import { bearer, gateway } from '../http_client.mjs';

const nobodys = '0192f0c4-8d1e-7001-9abc-0123456789ab';

// A server that wants tokens, a worker with a ledger, and Ada's client.
async function withWorker(t, args = []) {
  const mesh = { data: t.mesh.temporary('data'), ledger: path.join(t.directory, 'ledger') };
  mesh.start = async (grpc) => {
    mesh.server = await t.mesh.server({ data: mesh.data, keysFile: t.keysFile, args, ...(grpc ? { grpc } : {}) });
    return t.client(mesh.server, await t.token('ada'));
  };
  mesh.work = async () =>
    t.mesh.faultsWorker({ server: mesh.server.address, token: await t.token('worker', 'worker'), args: ['--ledger', mesh.ledger] });
  mesh.done = (ids, name) =>
    readFileSync(mesh.ledger, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
      .filter(({ execution, event }) => ids.includes(execution) && event === 'start')
      .filter((line) => name === undefined || line.path === name);
  return mesh;
}

// The flow is known once its worker has attached.
async function create(client, request) {
  for (;;) {
    try {
      return await client.CreateExecution(request);
    } catch (error) {
      if (error.reason !== 'FLOW_UNKNOWN') throw error;
    }
  }
}

const stateOf = async (client, id) => {
  const events = await client.tail({ execution_id: id });
  checkEvents(events, { id });
  return events.at(-1).state.state;
};

const familyOf = (rest) =>
  faultsRequest('family', 'RaiseFamily', { households: 4, members: 3, steps: 2, households_at_once: 1, members_at_once: 1, ...rest });

test('a retry over a killed server does only what failed', async (t) => {
  const mesh = await withWorker(t);
  const client = await mesh.start();
  await mesh.work();
  const repaired = path.join(t.directory, 'repaired');
  const old = await create(client, familyOf({ failing: [{ path: 'h2/m1', until_file: repaired }], work_ms: 20 }));
  assert.equal(await stateOf(client, old.id), 'FAILED');
  const before = await client.GetExecution({ id: old.id });
  const didBefore = mesh.done([old.id]).map(({ path: name }) => name);
  assert.deepEqual(didBefore.filter((name) => name.startsWith('h2')), ['h2/s0', 'h2/m0', 'h2/m1']);

  writeFileSync(repaired, '');
  const retry = await client.RetryExecution({ id: old.id, start: true, idempotency_key: 'again' });
  assert.equal(retry.retry_of, old.id);
  const retried = (event) => event.kind === 'child' && event.child.state === 'ASSIGNED';
  await client.tail({ execution_id: retry.id }, { until: retried });
  const { address } = mesh.server;
  await mesh.server.stop('SIGKILL');
  const again = await mesh.start(address);
  assert.equal((await again.RetryExecution({ id: old.id, start: true, idempotency_key: 'again' })).id, retry.id);
  assert.equal(await stateOf(again, retry.id), 'COMPLETED');

  const { output } = await again.GetExecution({ id: retry.id });
  const values = [0, 1, 2, 3].flatMap((h) => [0, 1, 2].map((m) => 1000 * h + m));
  assert.equal(output.sum, values.reduce((a, b) => a + b));
  for (const name of ['h0/m0', 'h0/s0', 'h0/s1', 'h1/m2', 'h1/s1', 'h2/m0', 'h2/s0']) {
    assert.equal(mesh.done([retry.id], name).length, 0, `${name} was done again`);
  }
  assert.equal(mesh.done([retry.id], 'h2/m1').length, 1);
  const reused = (await again.tasks(retry.id)).filter((task) => task.reused).map(({ call_key }) => call_key.split('/').at(-1));
  assert.ok(reused.includes('h0') && reused.includes('h1') && reused.includes('m0') && reused.includes('s0'), `${reused}`);
  assert.deepEqual(await again.GetExecution({ id: old.id }), before, 'the old one changed');

  const kept = await again.DeleteExecution({ id: old.id });
  assert.deepEqual(kept, {});
  await refused(again.GetExecution({ id: old.id }), 'NOT_FOUND', 'EXECUTION_UNKNOWN');
  assert.equal((await again.GetExecution({ id: retry.id })).state, 'COMPLETED');
}, { timeout: 90_000 });

test('a retry after errors repeats only what failed', async (t) => {
  const mesh = await withWorker(t);
  const client = await mesh.start();
  await mesh.work();
  const repaired = path.join(t.directory, 'repaired');
  const old = await create(client, familyOf({ gaps_allowed: true, failing: [{ path: 'h1/m2', until_file: repaired }] }));
  assert.equal(await stateOf(client, old.id), 'COMPLETED_WITH_ERRORS');
  writeFileSync(repaired, '');
  const { id } = await client.RetryExecution({ id: old.id, start: true });
  assert.equal(await stateOf(client, id), 'COMPLETED');
  assert.deepEqual(mesh.done([id]).map(({ path: name }) => name), ['h1/m2', 'h1/s1']);
});

test('what cannot be retried or deleted says why, over gRPC and HTTP', async (t) => {
  const mesh = await withWorker(t);
  const ada = await mesh.start();
  const bob = t.client(mesh.server, await t.token('bob'));
  const http = await gateway(t, mesh.server);
  const asAda = { headers: bearer(ada.token) };
  const { id } = await ada.CreateExecution(poemRequest('Not yet', { start: false, idempotency_key: 'made' }));
  assert.match((await refused(ada.RetryExecution({ id }), 'FAILED_PRECONDITION', 'WRONG_STATE')).message, /CREATED/);
  assert.match((await refused(ada.DeleteExecution({ id }), 'FAILED_PRECONDITION', 'WRONG_STATE')).message, /CREATED/);
  await ada.CancelExecution({ id });
  for (const call of ['RetryExecution', 'DeleteExecution']) {
    const unknown = await refused(ada[call]({ id: nobodys }), 'NOT_FOUND', 'EXECUTION_UNKNOWN');
    const foreign = await refused(bob[call]({ id }), 'NOT_FOUND', 'EXECUTION_UNKNOWN');
    assert.equal(foreign.message.replace(id, nobodys), unknown.message);
    await refused(ada[call]({ id: 'no id' }), 'INVALID_ARGUMENT');
  }

  const made = await http.call('POST', `/v1/executions/${id}:retry`, { body: {}, headers: { ...asAda.headers, 'idempotency-key': 'k' } });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.state, 'CREATED');
  assert.equal(made.json.retry_of, id);
  const again = await http.call('POST', `/v1/executions/${id}:retry`, { body: {}, headers: { ...asAda.headers, 'idempotency-key': 'k' } });
  assert.equal(again.status, 200);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(again.json.id, made.json.id);
  const other = await http.call('POST', `/v1/executions/${made.json.id}:retry`, { body: {}, headers: { ...asAda.headers, 'idempotency-key': 'k' } });
  assert.equal(other.status, 409);

  const kept = await http.call('DELETE', `/v1/executions/${id}`, asAda);
  assert.equal(kept.status, 400);
  assert.equal(kept.json.details[0].reason, 'RETRY_LIVE');
  assert.equal(kept.json.details[0].metadata.retry_id, made.json.id);
  await ada.CancelExecution({ id: made.json.id });
  assert.equal((await http.call('DELETE', `/v1/executions/${id}`, asAda)).status, 200);
  assert.equal((await http.call('DELETE', `/v1/executions/${id}`, asAda)).status, 404);
  assert.equal((await http.call('GET', `/v1/executions/${id}`, asAda)).status, 404);
  assert.equal((await http.call('GET', `/v1/executions/${id}/events`, asAda)).status, 404);
  assert.equal((await http.call('GET', `/v1/executions/${id}/tasks`, asAda)).status, 404);
  await refused(ada.tail({ execution_id: id }), 'NOT_FOUND', 'EXECUTION_UNKNOWN');
  await refused(ada.ListEvents({ execution_id: id }), 'NOT_FOUND', 'EXECUTION_UNKNOWN');
  assert.deepEqual((await ada.list()).map((one) => one.id), [made.json.id]);
  await refused(ada.CreateExecution(poemRequest('Not yet', { start: false, idempotency_key: 'made' })), 'NOT_FOUND', 'EXECUTION_DELETED');
});

test('executions beyond the retention go by themselves, also those of an earlier process', async (t) => {
  const data = t.mesh.temporary('data');
  const first = await t.mesh.dev({ data });
  const ids = [];
  for (let i = 0; i < 5; ++i) ids.push((await t.client(first).RunExecution({ execution: poemRequest(`Old ${i}`) })).id);
  await first.stop();
  const client = t.client(await t.mesh.dev({ data, args: ['--retention', '2s', '--no-worker'] }));
  const waiting = await client.CreateExecution(poemRequest('Unfinished'));
  const deadline = Date.now() + 30_000;
  while ((await client.list()).length > 1) assert.ok(Date.now() < deadline, 'old executions stay');
  assert.deepEqual((await client.list()).map(({ id }) => id), [waiting.id]);
  for (const id of ids) await refused(client.tail({ execution_id: id }), 'NOT_FOUND');
});

test('a retention that is no length of time is refused', async (t) => {
  const { code, stderr } = await t.run(['dev', '--data', t.mesh.temporary('data'), '--retention', 'long']);
  assert.notEqual(code, 0);
  assert.match(stderr, /--retention.*720h/s);
});
