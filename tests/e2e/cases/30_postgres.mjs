// One server whose rows are in a PostgreSQL that stops, dies and breaks connections.
import net from 'node:net';
import { assert, checkPoem, eachOf, eventually, refused, test } from '../harness.mjs';
import { poemRequest } from '../client.mjs';
import { Postgres } from '../postgres.mjs';
import { steadyPort } from '../processes.mjs';

const uncertain = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED'];

const onStore = (database, ...args) => ({ args: ['--store', database.url(), ...args] });

// Clients that create poems one after the other for as long as `during` takes, each until it is acknowledged, and then follow them to
// their ends. Gives how many were made, how many calls had to be repeated, and in how many ms the slowest was acknowledged.
async function createDuring(client, { lanes, prefix }, during) {
  const made = new Map();
  let repeats = 0;
  let slowest = 0;
  let over = false;
  const lane = async (_, place) => {
    for (let n = 0; !over; ++n) {
      const key = `${prefix}-${place}-${n}`;
      const begin = performance.now();
      while (!made.has(key)) {
        try {
          made.set(key, await client.CreateExecution(poemRequest(key, { idempotency_key: key }), { timeout: 3_000 }));
        } catch (error) {
          assert.ok(uncertain.includes(error.code), `${error.code}: ${error.message}`);
          ++repeats;
          await new Promise((resolve) => setTimeout(resolve, error.retryDelay ?? 20));
        }
      }
      slowest = Math.max(slowest, performance.now() - begin);
    }
  };
  const running = eachOf(Array.from({ length: lanes }), lanes, lane);
  running.catch(() => {});
  try {
    await Promise.race([during({ made: () => made.size, repeats: () => repeats }), running]);
  } finally {
    over = true;
  }
  await running;
  return { made, repeats, slowest };
}

// Everything that was acknowledged is there, ends as it should, and is there once.
async function checkAll(client, made) {
  const known = await client.list();
  assert.equal(known.length, made.size, 'what was created is not what is there');
  const ids = new Set(known.map(({ id }) => id));
  for (const [key, { id }] of made) assert.ok(ids.has(id), `${key} was acknowledged and is gone`);
  await eachOf([...made.values()], 20, ({ id }) => checkPoem(client, id));
}

test('poems are written over PostgreSQL by a server, a worker and a REST gateway', async (t) => {
  const database = await Postgres.start(t);
  const server = await t.mesh.server({ keysFile: t.keysFile, ...onStore(database) });
  assert.match(server.stderr, /PostgreSQL/);
  t.mesh.worker({ server: server.address, token: await t.token('worker', 'worker') });
  const token = await t.token('ada');
  const client = t.client(server, token);
  const requests = Array.from({ length: 20 }, (_, i) => poemRequest(`Elephants ${i}`, { idempotency_key: `k${i}` }));
  await eachOf(requests, 20, async (request) => {
    const { id } = await client.CreateExecution(request);
    const { events } = await checkPoem(client, id);
    assert.deepEqual(await client.tail({ execution_id: id, after: 3 }), events.slice(3));
    assert.equal((await client.CreateExecution(request)).id, id);
  });
  await refused(client.CreateExecution(poemRequest('Something else', { idempotency_key: 'k0' })), 'ALREADY_EXISTS');
  const gateway = t.mesh.start(['gateway', '--server', server.address, '--http', '127.0.0.1:0']);
  const [, door] = await gateway.wrote(/serves HTTP on (\S+)/);
  const response = await fetch(`http://${door}/v1/executions?page_size=100`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await response.json()).executions.length, 20);
  assert.equal(await database.sql("SELECT count(*) FROM executions"), '20');
});

test('a server on PostgreSQL that is killed in the middle of poems leaves everything to the next one', async (t) => {
  const database = await Postgres.start(t);
  const data = t.mesh.temporary('data');
  const first = await t.mesh.dev({ data, ...onStore(database, '--poem-pace', '60ms', '--slots', '32') });
  const client = t.client(first);
  const requests = Array.from({ length: 80 }, (_, i) => poemRequest(`Poem number ${i}`, { idempotency_key: `k${i}` }));
  const created = await Promise.all(requests.map((request) => client.CreateExecution(request)));
  await Promise.all(created.slice(0, 20).map(({ id }) => client.tail({ execution_id: id }, { until: ({ kind }) => kind === 'output' })));
  await first.stop('SIGKILL');

  const again = t.client(await t.mesh.dev({ data, ...onStore(database, '--slots', '32') }));
  await checkAll(again, new Map(created.map((execution, i) => [`k${i}`, execution])));
  const attempts = await eachOf(created, 20, async ({ id }) => (await again.tasks(id))[0].attempt);
  assert.ok(attempts.some((attempt) => attempt > 1), 'the crash interrupted nothing');
  const repeated = await Promise.all(requests.map((request) => again.CreateExecution(request)));
  assert.deepEqual(repeated.map(({ id }) => id), created.map(({ id }) => id));
}, { timeout: 90_000 });

for (const [how, end] of Object.entries({
  'is stopped': (database) => database.stop(),
  'is killed with all its processes': (database) => database.kill(),
})) {
  test(`a PostgreSQL that ${how} under load and comes back after seconds loses nothing and the server goes on`, async (t) => {
    const database = await Postgres.start(t);
    const dev = await t.mesh.dev(onStore(database, '--slots', '16'));
    const client = t.client(dev);
    const { made, repeats, slowest } = await createDuring(client, { lanes: 16, prefix: 'outage' }, async (load) => {
      await eventually(() => load.made() > 100, 'poems are created');
      await end(database);
      const before = load.made();
      await refused(client.ListExecutions({}, { timeout: 5_000 }), 'UNAVAILABLE');
      await eventually(() => load.repeats() > 3, 'creates run into the outage');
      assert.ok(load.made() <= before + 16, 'somebody acknowledges creates without a database');
      await database.begin();
      await eventually(() => load.made() > before + 100, 'creates go on');
    });
    assert.ok(repeats > 0);
    await checkAll(client, made);
    assert.equal(dev.child.exitCode, null, dev.stderr);
    console.log(`        ${made.size} created, ${repeats} calls repeated, the slowest took ${Math.round(slowest)} ms`);
  }, { timeout: 120_000 });
}

test('connections to PostgreSQL that are broken again and again under load lose nothing and do nothing twice', async (t) => {
  const database = await Postgres.start(t);
  const dev = await t.mesh.dev(onStore(database, '--slots', '16'));
  const client = t.client(dev);
  let broken = 0;
  const { made, repeats, slowest } = await createDuring(client, { lanes: 16, prefix: 'broken' }, async (load) => {
    for (let i = 0; i < 15; ++i) {
      const before = load.made();
      await eventually(() => load.made() > before + 20, 'creates go on');
      broken += await database.terminateBackends();
    }
  });
  assert.ok(broken >= 15, `${broken} connections were broken`);
  await checkAll(client, made);
  assert.equal(dev.child.exitCode, null, dev.stderr);
  console.log(`        ${made.size} created, ${broken} connections broken, ${repeats} calls repeated, the slowest took ${Math.round(slowest)} ms`);
}, { timeout: 120_000 });

test('of several hosts in the address the first one may be dead, or silent', async (t) => {
  const database = await Postgres.start(t);
  const silent = net.createServer();
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.atEnd(() => new Promise((resolve) => silent.close(resolve)));
  const held = [];
  silent.on('connection', (socket) => held.push(socket.on('error', () => {})));
  t.atEnd(() => held.forEach((socket) => socket.destroy()));
  for (const first of [`127.0.0.1:${await steadyPort()}`, `127.0.0.1:${silent.address().port}`]) {
    const hosts = [first, database.address];
    const dev = await t.mesh.dev({ args: ['--store', database.url({ hosts, options: '?connect_timeout=2' })] });
    const client = t.client(dev);
    const { id } = await client.CreateExecution(poemRequest('The second of two'));
    await checkPoem(client, id);
    assert.equal((await dev.stop('SIGTERM')).code, 0, dev.stderr);
  }
});

test('SIGTERM ends a server in ten seconds also while its PostgreSQL is gone', async (t) => {
  const database = await Postgres.start(t);
  const data = t.mesh.temporary('data');
  const dev = await t.mesh.dev({ data, ...onStore(database, '--poem-pace', '200ms') });
  const client = t.client(dev);
  const created = await Promise.all(Array.from({ length: 4 }, (_, i) => client.CreateExecution(poemRequest(`Alone ${i}`))));
  await client.tail({ execution_id: created[0].id }, { until: ({ kind }) => kind === 'output' });
  await database.kill();
  await refused(client.CreateExecution(poemRequest('Never'), { timeout: 1_000 }), 'DEADLINE_EXCEEDED');
  const begin = performance.now();
  const { code, signal } = await dev.stop('SIGTERM');
  assert.ok(performance.now() - begin < 10_000, `it took ${performance.now() - begin} ms`);
  assert.notEqual(code, null, `it was killed by ${signal}`);
  await database.begin();
  const again = t.client(await t.mesh.dev({ data, ...onStore(database) }));
  await eachOf(created, 4, ({ id }) => checkPoem(again, id));
});

test('what is wrong with a database is said at the start, without its password', async (t) => {
  const database = await Postgres.start(t);
  await database.sql("CREATE ROLE secretive LOGIN PASSWORD 'open sesame'");
  await database.sql('CREATE DATABASE newer', 'postgres');
  await database.sql('CREATE DATABASE foreign_tables', 'postgres');
  await database.sql('CREATE TABLE customers (name text)', 'foreign_tables');
  const start = (store, env) => t.run(['dev', '--grpc', '127.0.0.1:0', '--data', t.mesh.temporary('data'), ...(store ? ['--store', store] : [])], { env });
  const fails = async (pattern, store, env) => {
    const { code, stderr } = await start(store, env);
    assert.notEqual(code, 0, stderr);
    assert.ok(Number.isInteger(code), `it was ended by a signal: ${stderr}`);
    assert.match(stderr, pattern);
    assert.doesNotMatch(stderr, /sesame|guess/);
  };
  await fails(/password authentication failed for user "secretive"/, undefined, { FLOWMESH_STORE: database.url({ user: 'secretive:guess' }) });
  await fails(/no password supplied/, database.url({ user: 'secretive' }));
  await fails(/FLOWMESH_STORE/, database.url({ user: 'secretive:guess' }));
  await fails(/database "elsewhere" does not exist/, database.url({ database: 'elsewhere' }));
  await fails(/role "nobody" does not exist/, database.url({ user: 'nobody' }));
  await fails(/customers|did not make/, database.url({ database: 'foreign_tables' }));
  await fails(/127\.0\.0\.1.*refused/s, database.url({ hosts: [`127.0.0.1:${await steadyPort()}`] }));
  await fails(/--store takes postgres:\/\//, 'mysql://somewhere/flowmesh');

  const dev = await t.mesh.dev({ env: { FLOWMESH_STORE: database.url({ user: 'flowmesh', database: 'newer' }) } });
  await dev.stop('SIGTERM');
  await database.sql('UPDATE flowmesh_version SET number = number + 1', 'newer');
  await fails(/newer flowmesh/, database.url({ database: 'newer' }));
}, { timeout: 90_000 });
