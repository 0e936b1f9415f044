// Two servers on one PostgreSQL, with NOTIFY and without: it does not matter which of them a call, a worker or a tail goes to; one that is
// gone or stands still is replaced.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, checkEvents, eachOf, test } from '../harness.mjs';
import { faultsRequest, word } from '../client.mjs';
import { Postgres } from '../postgres.mjs';

const HEARTBEAT = 250;  // ms; a server is declared dead after eight times that long

async function startReplicas(t, { notify = 'on' } = {}) {
  const database = await Postgres.start(t);
  const artifacts = t.mesh.temporary('artifacts');
  const serverArgs = [
    '--store', database.url(), '--artifacts', artifacts, '--notify', notify, '--heartbeat', `${HEARTBEAT}ms`, '--grace', '500ms', '--keepalive', '1s',
  ];
  const start = () => t.mesh.server({ keysFile: t.keysFile, args: serverArgs });
  const servers = [await start(), await start()];
  const workerToken = await t.token('worker', 'worker');
  const adaToken = await t.token('ada');
  const rootToken = await t.token('root', 'admin');
  const ledger = path.join(t.directory, 'ledger');
  writeFileSync(ledger, '');
  return {
    database,
    servers,
    start,
    clients: servers.map((server) => t.client(server, adaToken)),
    admins: servers.map((server) => t.client(server, rootToken)),
    clientOf: (server) => t.client(server, adaToken),
    worker: async (server, ...args) => {
      const started = t.mesh.faultsWorker({ server: server.address, token: workerToken, args: ['--ledger', ledger, ...args] });
      await started.wrote(/attached as session/);
      return started;
    },
    work: () => readFileSync(ledger, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)),
  };
}

const sumOf = (households, members) => (members * 1000 * households * (households - 1)) / 2 + (households * members * (members - 1)) / 2;

// Followed at that server to its end.
async function ended(client, id, state) {
  const events = await client.tail({ execution_id: id });
  checkEvents(events, { id, state });
  return { events, execution: await client.GetExecution({ id }) };
}

async function eventually(look, what, patience = 20_000) {
  const end = performance.now() + patience;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const knownTo = (client, flow) => eventually(async () => (await client.ListFlows({})).flows.some(({ name }) => name === flow), `${flow} is known`);

for (const notify of ['on', 'off']) {
  test(`families spread over workers of both servers and are seen at either (notify ${notify})`, async (t) => {
    const { servers, clients, admins, worker, work } = await startReplicas(t, { notify });
    await worker(servers[0], '--slots', '2', '--name', 'here');
    await worker(servers[1], '--slots', '2', '--name', 'there');
    await Promise.all(clients.map((client) => knownTo(client, 'family')));
    const input = { households: 4, members: 5, steps: 2, work_ms: 10 };
    const made = await Promise.all([0, 1, 0, 1].map(async (at) => ({ at, ...(await clients[at].CreateExecution(faultsRequest('family', 'RaiseFamily', input))) })));
    await eachOf(made, 4, async ({ at, id }) => {
      const [here, there] = await Promise.all([ended(clients[at], id, 'COMPLETED'), ended(clients[1 - at], id, 'COMPLETED')]);
      assert.equal(there.execution.output.sum, sumOf(4, 5));
      assert.deepEqual(here.events.map(({ seq, kind }) => `${seq} ${kind}`), there.events.map(({ seq, kind }) => `${seq} ${kind}`));
    });
    const starts = work().filter(({ event }) => event === 'start');
    assert.equal(starts.length, 4 * 4 * (5 + 2), 'something was done twice, or not at all');
    assert.equal(new Set(starts.map(({ pid }) => pid)).size, 2, 'one worker did everything');
    for (const admin of admins) {
      await eventually(async () => (await admin.ListWorkers({})).workers.length === 2, 'both servers list both workers');
    }
  });

  test(`signals, cancels and answers find their way to the other server (notify ${notify})`, async (t) => {
    const { servers, clients: [here, there], worker } = await startReplicas(t, { notify });
    await worker(servers[0], '--slots', '2', '--park-after-ms', '60000');
    await Promise.all([here, there].map((client) => knownTo(client, 'listen')));

    const listening = await there.CreateExecution(faultsRequest('listen', 'Listen', { words: 2 }));
    await eventually(async () => (await there.GetExecution({ id: listening.id })).blocked_on?.reason === 'SIGNAL', 'it waits for a word');
    await there.SignalExecution({ id: listening.id, name: 'word', payload: word('one') });
    await here.SignalExecution({ id: listening.id, name: 'word', payload: word('two') });
    await ended(there, listening.id, 'COMPLETED');

    const answer = await there.RunExecution({ execution: faultsRequest('family', 'RaiseFamily', { households: 1, members: 2 }) });
    assert.equal(answer.state, 'COMPLETED');
    assert.equal(answer.output.sum, sumOf(1, 2));

    const long = await here.CreateExecution(faultsRequest('family', 'RaiseFamily', { households: 1, members: 1, work_ms: 60_000 }));
    await there.tail({ execution_id: long.id }, { until: ({ kind, child }) => kind === 'child' && child.call_key === 'm0' && child.state === 'ASSIGNED' });
    await there.CancelExecution({ id: long.id });
    await ended(there, long.id, 'CANCELLED');
  });
}

test('the same key at both servers at once makes one execution', async (t) => {
  const { servers, clients, worker } = await startReplicas(t);
  await worker(servers[0]);
  await Promise.all(clients.map((client) => knownTo(client, 'family')));
  const input = { households: 1, members: 1 };
  for (let round = 0; round < 10; ++round) {
    const rest = { idempotency_key: `round-${round}`, concurrency_key: `family-${round}`, concurrency_policy: 'REJECT' };
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => clients[i % 2].CreateExecution(faultsRequest('family', 'RaiseFamily', input, rest))));
    assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  }
  assert.equal((await clients[1].list()).length, 10);
});

test('a server that is killed with its worker is replaced, and what it had is done again', async (t) => {
  const { servers, clients: [, there], worker, work } = await startReplicas(t);
  const lost = await worker(servers[0], '--slots', '4', '--name', 'lost');
  await knownTo(there, 'family');
  const { id } = await there.CreateExecution(faultsRequest('family', 'RaiseFamily', { households: 2, members: 4, work_ms: 400, members_at_once: 1 }));
  const assigned = ({ kind, child }) => kind === 'child' && child.call_key === 'm1' && child.state === 'ASSIGNED';
  await there.tail({ execution_id: id }, { until: assigned });
  await Promise.all([servers[0].stop('SIGKILL'), lost.stop('SIGKILL')]);
  const killed = performance.now();
  await worker(servers[1], '--slots', '4', '--name', 'other');
  await servers[1].wrote(/its tasks are handed out anew/);
  assert.ok(performance.now() - killed >= 5 * HEARTBEAT, 'it was declared dead far too early');
  const { execution } = await ended(there, id, 'COMPLETED');
  assert.equal(execution.output.sum, sumOf(2, 4));
  const recorded = execution.output.households.flatMap(({ draws }) => draws.map(({ number }) => number));
  const drawn = new Set(work().filter(({ event }) => event === 'finish').map(({ draw }) => draw));
  assert.equal(new Set(recorded).size, 8);
  assert.ok(recorded.every((number) => drawn.has(number)));
});

test('a worker whose server is killed takes what it has to the other one', async (t) => {
  const { servers, clients, admins, worker, work } = await startReplicas(t);
  const started = await worker({ address: servers.map(({ address }) => address).join(',') }, '--slots', '4');
  await Promise.all(clients.map((client) => knownTo(client, 'family')));
  const sessions = await Promise.all(admins.map(async (admin) => (await admin.GetStats({})).sessions));
  assert.deepEqual([...sessions].sort(), [0, 1]);
  const its = sessions.indexOf(1);
  const there = clients[1 - its];
  const { id } = await there.CreateExecution(faultsRequest('family', 'RaiseFamily', { households: 3, members: 3, steps: 2, work_ms: 300 }));
  await there.tail({ execution_id: id }, { until: ({ kind, child }) => kind === 'child' && child.call_key === 'm0' && child.state === 'ASSIGNED' });
  await servers[its].stop('SIGKILL');
  await started.wrote(/attached as session[^]*attached as session/);
  const { execution } = await ended(there, id, 'COMPLETED');
  assert.equal(execution.output.sum, sumOf(3, 3));
  const tasks = await there.tasks(id);
  assert.equal(tasks[0].attempt, 1, 'the flow began anew');
  // An assignment that the server had committed and not sent yet is made anew; what the worker had begun is not.
  assert.equal(work().filter(({ event }) => event === 'start').length, 9 + 3 * 2, 'work was begun twice');
});

test('a server that stood still for too long has lost its place and changes nothing when it wakes up', async (t) => {
  const { servers, clients: [here, there], clientOf, start, worker } = await startReplicas(t);
  const frozen = await worker(servers[0], '--slots', '1', '--name', 'frozen');
  await Promise.all([here, there].map((client) => knownTo(client, 'family')));
  const { id } = await here.CreateExecution(faultsRequest('family', 'RaiseFamily', { households: 1, members: 1, work_ms: 600 }));
  await there.tail({ execution_id: id }, { until: ({ kind, child }) => kind === 'child' && child.call_key === 'm0' && child.state === 'ASSIGNED' });
  servers[0].signal('SIGSTOP');
  frozen.signal('SIGSTOP');
  await servers[1].wrote(/its tasks are handed out anew/);
  await worker(servers[1], '--slots', '1', '--name', 'other');
  const { events } = await ended(there, id, 'COMPLETED');
  servers[0].signal('SIGCONT');
  frozen.signal('SIGCONT');
  await servers[0].wrote(/declared dead; it drops its sessions/);
  await frozen.wrote(/attached as session[^]*attached as session/);
  assert.equal((await there.GetExecution({ id })).last_seq, events.length, 'something was added behind the end');
  // It serves again, under another id, and so does a third one.
  const again = await here.RunExecution({ execution: faultsRequest('family', 'RaiseFamily', { households: 2, members: 2 }) });
  assert.equal(again.state, 'COMPLETED');
  const third = clientOf(await start());
  assert.equal((await third.GetExecution({ id })).state, 'COMPLETED');
});

test('a server that is stopped in an orderly way is missed at once', async (t) => {
  const { servers, clients: [, there], admins, worker } = await startReplicas(t);
  await worker(servers[0], '--name', 'here');
  await worker(servers[1], '--name', 'there');
  await eventually(async () => (await admins[1].ListWorkers({})).workers.length === 2, 'both workers are listed');
  await servers[0].stop('SIGTERM');
  await eventually(async () => (await admins[1].ListWorkers({})).workers.length === 1, 'its worker is not listed any more', 8 * HEARTBEAT);
  const answer = await there.RunExecution({ execution: faultsRequest('family', 'RaiseFamily', { households: 2, members: 2 }) });
  assert.equal(answer.state, 'COMPLETED');
});
