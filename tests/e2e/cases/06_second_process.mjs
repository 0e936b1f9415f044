// One data directory, one process.
import { assert, checkPoem, test } from '../harness.mjs';
import { poemRequest } from '../client.mjs';

test('a second process on the same data is refused and says why', async (t) => {
  const dev = await t.mesh.dev();
  const second = t.mesh.start(['dev', '--grpc', '127.0.0.1:0', '--data', dev.data]);
  const { code } = await second.exited;
  assert.notEqual(code, 0);
  assert.notEqual(code, null, 'it was killed by a signal');
  assert.ok(second.stderr.includes(dev.data), `the message does not name the directory:\n${second.stderr}`);
  assert.match(second.stderr, /lock|in use|another|already/i);
  const client = t.client(dev);
  const { id } = await client.CreateExecution(poemRequest('Undisturbed'));
  await checkPoem(client, id);
});

test('the data can be used again as soon as its process is gone', async (t) => {
  const first = await t.mesh.dev();
  const { id } = await t.client(first).CreateExecution(poemRequest('Handed over'));
  await first.stop('SIGKILL');
  const second = await t.mesh.dev({ data: first.data });
  await checkPoem(t.client(second), id);
});
