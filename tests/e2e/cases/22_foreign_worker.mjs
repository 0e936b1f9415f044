// A worker that was written from worker.proto alone, in another language than the SDK's, does what flows written in C++ call.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TcpProxy } from '../faults/tcp_proxy.mjs';
import { assert, checkEvents, test } from '../harness.mjs';
import { faultsRequest, foldOutput } from '../client.mjs';
import { root } from '../processes.mjs';

const script = path.join(root, 'tests/e2e/foreign_worker.mjs');

async function startMesh(t, { grace = '500ms' } = {}) {
  const args = ['--grace', grace, '--keepalive', '1s'];
  const server = await t.mesh.server({ keysFile: t.keysFile, args });
  const token = await t.token('worker', 'worker');
  const tokenFile = path.join(t.directory, 'worker-token');
  writeFileSync(tokenFile, token);
  const flows = t.mesh.faultsWorker({ server: server.address, token });
  await flows.wrote(/attached as session/);
  const foreign = async (...more) => {
    const started = t.mesh.startOther(process.execPath, [script, '--server', server.address, '--token-file', tokenFile, ...more]);
    await started.wrote(/attached as session/);
    return started;
  };
  const restart = () => t.mesh.server({ data: server.data, grpc: server.address, keysFile: t.keysFile, args });
  return { server, foreign, restart, client: t.client(server, await t.token('ada')) };
}

// Creates a dictation and resolves once the foreign worker has written something for it.
async function dictate(client, words) {
  const { id } = await client.CreateExecution(faultsRequest('dictate', 'Dictate', { words }));
  await client.tail({ execution_id: id }, { until: ({ kind }) => kind === 'output' });
  return id;
}

async function ended(client, id, state) {
  const events = await client.tail({ execution_id: id });
  checkEvents(events, { id, state });
  return { events, execution: await client.GetExecution({ id }), tasks: await client.tasks(id) };
}

const ofTask = (events, number) => events.filter(({ task }) => task === number).map((event) => ({ ...event, task: 0 }));
const attemptsOf = (tasks) => tasks.filter(({ type }) => type === 'translate').map(({ attempt }) => attempt);

function checkWords(events, tasks, words) {
  const outputs = tasks.filter(({ type }) => type === 'translate').map(({ task }) => foldOutput(ofTask(events, task)));
  assert.deepEqual(outputs, words, 'what was streamed, folded, is not what was said once');
}

test('a stranger attaches, brings its contract, and does what a flow calls', async (t) => {
  const { foreign, client } = await startMesh(t);
  await foreign();
  const id = await dictate(client, ['rose', 'failure', 'zażółć']);
  const { events, execution, tasks } = await ended(client, id, 'COMPLETED_WITH_ERRORS');
  assert.deepEqual(execution.output.words, ['ROSE', '-UNTRANSLATABLE', 'ZAŻÓŁĆ']);
  checkWords(events, tasks, ['ROSE', 'FAILURE', 'ZAŻÓŁĆ']);
  assert.ok(events.some(({ kind, log }) => kind === 'log' && log.message === 'translates rose'));
  assert.deepEqual(attemptsOf(tasks), [1, 1, 1]);
});

test('a stranger keeps its work while the server is killed and comes back', async (t) => {
  const { server, foreign, restart, client } = await startMesh(t, { grace: '5s' });
  await foreign('--pace', '100');
  const id = await dictate(client, ['forget-me-not', 'snapdragons']);
  await server.stop('SIGKILL');
  const reader = t.client(await restart(), client.token);
  const { events, execution, tasks } = await ended(reader, id, 'COMPLETED');
  assert.deepEqual(execution.output.words, ['FORGET-ME-NOT', 'SNAPDRAGONS']);
  assert.deepEqual(attemptsOf(tasks), [1, 1], 'work was redone that was not lost');
  checkWords(events, tasks, ['FORGET-ME-NOT', 'SNAPDRAGONS']);
  assert.equal(events.filter(({ kind }) => kind === 'output').length, 'forget-me-notsnapdragons'.length, 'an entry was applied twice');
});

test('a stranger keeps its work over streams that are cut', async (t) => {
  const { server, foreign, client } = await startMesh(t, { grace: '5s' });
  const proxy = await TcpProxy.open(server.address);
  t.atEnd(() => proxy.close());
  const worker = await foreign('--pace', '60', '--server', proxy.address);
  const id = await dictate(client, ['forget-me-not']);
  for (let cut = 1; cut <= 3; ++cut) {
    proxy.cut();
    await worker.wrote(new RegExp(`(attached as session[^]*){${cut + 1}}`));
    const letter = 2 * cut;
    await client.tail({ execution_id: id }, { until: ({ kind, output }) => kind === 'output' && output.offset >= letter });
  }
  const { events, execution, tasks } = await ended(client, id, 'COMPLETED');
  assert.deepEqual(execution.output.words, ['FORGET-ME-NOT']);
  assert.deepEqual(attemptsOf(tasks), [1]);
  checkWords(events, tasks, ['FORGET-ME-NOT']);
  assert.equal(events.filter(({ kind }) => kind === 'output').length, 'forget-me-not'.length, 'an entry was applied twice');
});

test('a stranger that stops answering in time finds its work fenced, and another one does it', async (t) => {
  const { foreign, client } = await startMesh(t);
  const first = await foreign('--pace', '200');
  const id = await dictate(client, ['forget-me-not']);
  first.signal('SIGSTOP');
  await foreign('--name', 'second');
  const { events, tasks } = await ended(client, id, 'COMPLETED');
  assert.deepEqual(attemptsOf(tasks), [2]);
  checkWords(events, tasks, ['FORGET-ME-NOT']);
  first.signal('SIGCONT');
  await first.wrote(/(attached as session[^]*){2}/);
  assert.deepEqual(await client.tail({ execution_id: id }), events);
});

test('a stranger is told to stop, and stops', async (t) => {
  const { foreign, client } = await startMesh(t);
  await foreign('--pace', '100');
  const id = await dictate(client, ['antidisestablishmentarianism']);
  await client.CancelExecution({ id });
  const { tasks } = await ended(client, id, 'CANCELLED');
  assert.deepEqual(tasks.filter(({ type }) => type === 'translate').map(({ state }) => state), ['CANCELLED']);
});

test('a stranger that is asked to end gives its work back undone', async (t) => {
  const { foreign, client } = await startMesh(t);
  const first = await foreign('--pace', '100');
  const id = await dictate(client, ['forget-me-not']);
  const { code } = await first.stop('SIGTERM');
  assert.equal(code, 0, first.stderr);
  await foreign();
  const { execution, tasks } = await ended(client, id, 'COMPLETED');
  assert.deepEqual(execution.output.words, ['FORGET-ME-NOT']);
  const [child] = tasks.filter(({ type }) => type === 'translate');
  assert.equal(child.attempt, 2);
  assert.equal(child.failures, 0, 'work that was given back counts as no failure');
});
