// kill -9 of the process that holds everything.
import { assert, checkPoem, eachOf, test } from '../harness.mjs';
import { poemRequest } from '../client.mjs';

test('two hundred running poems survive kill -9 in the middle', async (t) => {
  const data = t.mesh.temporary('data');
  const first = await t.mesh.dev({ data, args: ['--poem-pace', '60ms', '--slots', '64'] });
  const client = t.client(first);
  const requests = Array.from({ length: 200 }, (_, i) => poemRequest(`Poem number ${i}`, { idempotency_key: `k${i}` }));
  const created = await Promise.all(requests.map((request) => client.CreateExecution(request)));
  // Once forty of them have begun, the crash hits poems that are being written, that wait, and perhaps that are done.
  const anyLine = (event) => event.kind === 'output';
  await Promise.all(created.slice(0, 40).map(({ id }) => client.tail({ execution_id: id }, { until: anyLine })));
  await first.stop('SIGKILL');

  const second = await t.mesh.dev({ data, args: ['--slots', '64'] });
  const again = t.client(second);
  let resumed = 0;
  await eachOf(created, 50, async ({ id }) => {
    await checkPoem(again, id);
    const { tasks } = await again.ListTasks({ execution_id: id });
    if (tasks[0].attempt > 1) ++resumed;
  });
  assert.ok(resumed > 0, 'the crash interrupted nothing');
  assert.equal((await again.list()).length, 200);
  const repeated = await Promise.all(requests.map((request) => again.CreateExecution(request)));
  assert.deepEqual(repeated.map(({ id }) => id), created.map(({ id }) => id));
}, { timeout: 90_000 });

test('no acknowledged create is lost and none happens twice when the server dies among creates', async (t) => {
  const data = t.mesh.temporary('data');
  const first = await t.mesh.dev({ data, args: ['--no-worker'] });
  const client = t.client(first);
  const requests = Array.from({ length: 600 }, (_, i) => poemRequest(`Create ${i}`, { idempotency_key: `k${i}` }));
  const acknowledged = new Map();
  let killed;
  await eachOf(requests, 100, async (request) => {
    try {
      const { id } = await client.CreateExecution(request, { timeout: 5_000 });
      acknowledged.set(request.idempotency_key, id);
      if (acknowledged.size === 200) killed = first.stop('SIGKILL');
    } catch (error) {
      assert.ok(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'INTERNAL', 'UNKNOWN'].includes(error.code), error.code);
    }
  });
  await killed;
  assert.ok(acknowledged.size < requests.length, 'the crash came too late to prove anything');

  const again = t.client(await t.mesh.dev({ data, args: ['--no-worker'] }));
  const before = new Set((await again.list()).map(({ id }) => id));
  for (const [key, id] of acknowledged) assert.ok(before.has(id), `${key} was acknowledged and is gone`);
  const repeated = await eachOf(requests, 100, (request) => again.CreateExecution(request));
  repeated.forEach(({ id }, i) => {
    const known = acknowledged.get(`k${i}`);
    if (known) assert.equal(id, known);
  });
  assert.equal(new Set(repeated.map(({ id }) => id)).size, requests.length);
  assert.equal((await again.list()).length, requests.length);
}, { timeout: 90_000 });
