// Repeats of one request.
import { assert, refused, test } from '../harness.mjs';
import { poemRequest } from '../client.mjs';

test('sixty simultaneous creates with one key are one execution, also after a crash', async (t) => {
  const data = t.mesh.temporary('data');
  const first = await t.mesh.dev({ data });
  const request = poemRequest('Once and only once', { idempotency_key: 'the-key' });
  const clients = Array.from({ length: 6 }, () => t.client(first));
  const calls = Array.from({ length: 60 }, (_, i) => clients[i % clients.length].call('CreateExecution', request));
  const answers = await Promise.all(calls);
  const ids = new Set(answers.map(({ response }) => response.id));
  assert.equal(ids.size, 1);
  const replayed = answers.filter(({ metadata }) => metadata?.get('idempotency-replayed')[0] === 'true');
  assert.equal(replayed.length, 59, 'all but one are told that they are repeats');
  assert.equal((await clients[0].list()).length, 1);

  const other = poemRequest('Something else', { idempotency_key: 'the-key' });
  await refused(clients[0].CreateExecution(other), 'ALREADY_EXISTS', 'IDEMPOTENCY_KEY_REUSED');

  await first.stop('SIGKILL');
  const second = await t.mesh.dev({ data });
  const client = t.client(second);
  assert.equal((await client.CreateExecution(request)).id, [...ids][0]);
  await refused(client.CreateExecution(other), 'ALREADY_EXISTS', 'IDEMPOTENCY_KEY_REUSED');
  assert.equal((await client.list()).length, 1);
});

test('a key in the metadata counts like the field, and labels do not change the request', async (t) => {
  const client = t.client(await t.mesh.dev());
  const request = poemRequest('By header');
  const { id } = await client.CreateExecution(request, { metadata: { 'x-idempotency-key': 'k' } });
  assert.equal((await client.CreateExecution({ ...request, idempotency_key: 'k' })).id, id);
  assert.equal((await client.CreateExecution({ ...request, idempotency_key: 'k', labels: { again: 'yes' } })).id, id);
});

test('one key of two owners means two executions', async (t) => {
  const dev = await t.mesh.dev({ args: ['--keys-file', t.keysFile] });
  const [ada, ben] = [t.client(dev, await t.token('ada')), t.client(dev, await t.token('ben'))];
  const request = poemRequest('Shared words', { idempotency_key: 'k' });
  const [first, second] = [await ada.CreateExecution(request), await ben.CreateExecution(request)];
  assert.notEqual(first.id, second.id);
  assert.equal(first.owner, 'ada');
  assert.equal(second.owner, 'ben');
  assert.deepEqual((await ada.list()).map(({ id }) => id), [first.id]);
});
