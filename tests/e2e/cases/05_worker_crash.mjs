// Workers as processes of their own that die, freeze and come back.
import { assert, checkEvents, checkPoem, eachOf, test } from '../harness.mjs';
import { poemRequest } from '../client.mjs';

async function startMesh(t) {
  const server = await t.mesh.server({ keysFile: t.keysFile, args: ['--grace', '500ms', '--keepalive', '1s'] });
  const workerToken = await t.token('worker', 'worker');
  const worker = (...args) => t.mesh.worker({ server: server.address, token: workerToken, args });
  return { server, worker, client: t.client(server, await t.token('ada')), admin: t.client(server, await t.token('root', 'admin')) };
}

// Resolves when each of the executions has written a line of its poem.
function allWriting(client, executions) {
  return Promise.all(executions.map(({ id }) => client.tail({ execution_id: id }, { until: ({ kind }) => kind === 'output' })));
}

async function createPoems(client, count) {
  return Promise.all(Array.from({ length: count }, (_, i) => client.CreateExecution(poemRequest(`Work item ${i}`))));
}

async function attempts(client, { id }) {
  const { tasks } = await client.ListTasks({ execution_id: id });
  return tasks[0].attempt;
}

test('what a killed worker had is done by another one, once', async (t) => {
  const { worker, client } = await startMesh(t);
  const first = worker('--slots', '16', '--poem-pace', '100ms');
  const executions = await createPoems(client, 40);
  await allWriting(client, executions.slice(0, 8));
  await first.stop('SIGKILL');
  worker('--slots', '16');
  await eachOf(executions, 40, ({ id }) => checkPoem(client, id));
  const counts = await Promise.all(executions.map((execution) => attempts(client, execution)));
  assert.ok(counts.some((attempt) => attempt === 2), `the kill interrupted nothing: ${counts}`);
});

test('a worker that froze past the grace and wakes up changes nothing any more', async (t) => {
  const { worker, client } = await startMesh(t);
  const zombie = worker('--slots', '8', '--poem-pace', '150ms');
  const executions = await createPoems(client, 8);
  await allWriting(client, executions);
  zombie.signal('SIGSTOP');
  const second = worker('--slots', '8');
  const done = await eachOf(executions, 8, ({ id }) => checkPoem(client, id));
  for (const execution of executions) assert.equal(await attempts(client, execution), 2);

  // The only worker left is the woken one. Its old frames stand in front of everything that it says about new work.
  zombie.signal('SIGCONT');
  await second.stop('SIGTERM');
  const proof = await client.CreateExecution(poemRequest('After the awakening'));
  await checkPoem(client, proof.id);
  for (const [i, { id }] of executions.entries()) {
    const events = await client.tail({ execution_id: id });
    assert.deepEqual(events, done[i].events, 'a finished stream changed');
    checkEvents(events, { id, state: 'COMPLETED' });
    assert.deepEqual(await client.GetExecution({ id }), done[i].execution);
    assert.equal(await attempts(client, executions[i]), 2);
  }
});

test('a worker keeps its work through a restart of the server', async (t) => {
  const { server, worker, client } = await startMesh(t);
  worker('--slots', '8', '--poem-pace', '100ms');
  const executions = await createPoems(client, 8);
  await allWriting(client, executions);
  await server.stop('SIGKILL');
  const again = await t.mesh.server({ data: server.data, grpc: server.address, keysFile: t.keysFile, args: ['--grace', '5s'] });
  const reader = t.client(again, client.token);
  await eachOf(executions, 8, ({ id }) => checkPoem(reader, id));
  for (const execution of executions) assert.equal(await attempts(reader, execution), 1, 'work was redone that was not lost');
});

test('the admin sees the worker and its slots, nobody else does', async (t) => {
  const { worker, client, admin } = await startMesh(t);
  worker('--slots', '3');
  const { id } = await client.CreateExecution(poemRequest('Seen at work'));
  await checkPoem(client, id);
  const { workers } = await admin.ListWorkers();
  assert.equal(workers.length, 1);
  assert.equal(workers[0].slots, 3);
  assert.deepEqual([...workers[0].types].sort(), [
    'blueprint', 'blueprint.elaborate', 'blueprint.outline', 'poem', 'quiz', 'quiz.write', 'quiz_forward',
  ]);
  await assert.rejects(client.ListWorkers(), ({ code, reason }) => code === 'PERMISSION_DENIED' && reason === 'ROLE_REQUIRED');
  await assert.rejects(client.GetStats(), ({ code }) => code === 'PERMISSION_DENIED');
});
