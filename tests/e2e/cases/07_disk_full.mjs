// The data directory on a small file system that fills up.
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { asAdvised, assert, checkPoem, refused, test } from '../harness.mjs';
import { poemRequest } from '../client.mjs';
import { run } from '../processes.mjs';

// Takes all but `left` bytes of the file system.
function fill(file, left) {
  const { bavail, bsize } = statfsSync(path.dirname(file));
  const descriptor = openSync(file, 'w');
  const block = Buffer.alloc(64 << 10);
  for (let rest = bavail * bsize - left; rest > 0; rest -= block.length) writeSync(descriptor, block, 0, Math.min(rest, block.length));
  closeSync(descriptor);
}

test('a full disk refuses creates, answers reads, and once there is room everything goes on', async (t) => {
  const disk = path.join(t.directory, 'disk');
  mkdirSync(disk);
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk]);
  if (mounted.code !== 0) t.skip(`no small file system can be mounted here: ${mounted.stderr.trim()}`);
  t.atEnd(() => run('umount', ['-l', disk]));

  const dev = await t.mesh.dev({ data: path.join(disk, 'data') });
  const client = t.client(dev);
  const early = await client.CreateExecution(poemRequest('Before the flood'));
  await checkPoem(client, early.id);

  fill(path.join(disk, 'filler'), 2 << 20);
  const bulky = (i) => poemRequest(`Bulk ${i}`, { start: false, idempotency_key: `bulk${i}`, input: { description: 'x'.repeat(3900) } });
  const acknowledged = [];
  let error;
  for (let i = 0; !error && i < 5_000; ++i) {
    await client.CreateExecution(bulky(i)).then(({ id }) => acknowledged.push(id), (caught) => (error = caught));
  }
  assert.ok(error, 'the disk never became full');
  await refused(Promise.reject(error), 'RESOURCE_EXHAUSTED');
  assert.ok(error.retryDelay > 0, 'no advice when to try again');
  assert.ok(acknowledged.length > 0);

  await checkPoem(client, early.id);
  assert.equal((await client.GetExecution({ id: acknowledged[0] })).state, 'CREATED');
  assert.equal((await client.list()).length, acknowledged.length + 1, 'a refused create left something behind');

  rmSync(path.join(disk, 'filler'));
  const late = await asAdvised(() => client.CreateExecution(poemRequest('After the flood', { idempotency_key: 'late' })));
  await checkPoem(client, late.id);
  const known = new Set((await client.list()).map(({ id }) => id));
  for (const id of acknowledged) assert.ok(known.has(id), `${id} was acknowledged and is gone`);
});
