// Artifacts with real processes: written over gRPC, read over HTTP, whole or not at all, by whoever may.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { poemRequest } from '../client.mjs';
import { assert, refused, test } from '../harness.mjs';
import { bearer, devWithGateway, gateway } from '../http_client.mjs';

const MiB = 1 << 20;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// Every file of the object store.
const objects = (data) =>
  readdirSync(path.join(data, 'artifacts'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'flowmesh.lock')
    .map(({ name }) => name);

// The most memory that the process ever had, in MiB.
const peak = (process) => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${process.child.pid}/status`, 'utf8'))[1]) / 1024;

// One request; the body as bytes.
function fetchBytes(page, method, target, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ ...page.where, method, path: target, headers, agent: false }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
    });
    request.on('error', reject);
    request.end();
  });
}

test('20 MiB written over gRPC are read over HTTP, whole and in parts', async (t) => {
  const page = await devWithGateway(t);
  const client = t.client(page.process);
  const bytes = randomBytes(20 * MiB);
  const artifact = await client.writeArtifact({ name: 'Überfahrt "1".ogg', media_type: 'audio/ogg' }, bytes);
  assert.equal(artifact.size, bytes.length);
  assert.equal(artifact.digest, sha256(bytes));
  assert.deepEqual(await client.GetArtifact({ id: artifact.id }), artifact);
  assert.ok((await client.readArtifact({ id: artifact.id })).equals(bytes));

  const whole = await fetchBytes(page, 'GET', artifact.uri);
  assert.equal(whole.status, 200);
  assert.ok(whole.body.equals(bytes));
  assert.equal(whole.headers['content-type'], 'audio/ogg');
  assert.equal(whole.headers['content-length'], String(bytes.length));
  assert.equal(whole.headers.etag, `"${artifact.digest}"`);
  assert.equal(whole.headers['accept-ranges'], 'bytes');
  assert.equal(whole.headers['x-content-type-options'], 'nosniff');
  assert.match(whole.headers['content-disposition'], /^inline; filename="_berfahrt _1_.ogg"; filename\*=UTF-8''%C3%9Cberfahrt%20%221%22\.ogg$/);

  const head = await fetchBytes(page, 'HEAD', artifact.uri);
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-length'], String(bytes.length));
  assert.equal(head.body.length, 0);

  for (const [range, from, to] of [['bytes=5-1048580', 5, MiB + 5], [`bytes=${15 * MiB}-`, 15 * MiB, 20 * MiB], ['bytes=-7', 20 * MiB - 7, 20 * MiB]]) {
    const part = await fetchBytes(page, 'GET', artifact.uri, { range });
    assert.equal(part.status, 206, range);
    assert.equal(part.headers['content-range'], `bytes ${from}-${to - 1}/${bytes.length}`);
    assert.ok(part.body.equals(bytes.subarray(from, to)), range);
  }
  const beyond = await fetchBytes(page, 'GET', artifact.uri, { range: `bytes=${bytes.length}-` });
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers['content-range'], `bytes */${bytes.length}`);
  assert.equal((await fetchBytes(page, 'GET', artifact.uri, { 'if-none-match': whole.headers.etag })).status, 304);
  const older = await fetchBytes(page, 'GET', artifact.uri, { range: 'bytes=0-1', 'if-range': '"older"' });
  assert.equal(older.status, 200);
  assert.equal(older.body.length, bytes.length);

  const script = await client.writeArtifact({ name: 'page.html', media_type: 'text/html' }, Buffer.from('<script>alert(1)</script>'));
  const answer = await fetchBytes(page, 'GET', script.uri);
  assert.match(answer.headers['content-disposition'], /^attachment/);
  assert.match(answer.headers['content-security-policy'], /sandbox/);
});

test('what is refused leaves nothing', async (t) => {
  const server = await t.mesh.dev();
  const client = t.client(server);
  const header = { name: 'a.txt', media_type: 'text/plain' };
  await refused(client.writeArtifact({ ...header, digest: 'a'.repeat(64) }, Buffer.from('hello')), 'INVALID_ARGUMENT', 'DIGEST_MISMATCH');
  await refused(client.writeArtifact({ ...header, name: '../a.txt' }, Buffer.from('hello')), 'INVALID_ARGUMENT', 'FIELDS_INVALID');
  await refused(client.writeArtifact({ ...header, name: 'a\u202etxt.exe' }, Buffer.from('hello')), 'INVALID_ARGUMENT', 'FIELDS_INVALID');
  await refused(client.writeArtifact(header, Buffer.from('hel'), { end: null }), 'INVALID_ARGUMENT', 'END_MISSING');
  const write = client.openWrite(header);
  await write.send({ data: Buffer.alloc(100_000) });
  write.cancel();
  await refused(write.done, 'CANCELLED');
  await server.stop();
  assert.deepEqual(objects(server.data), []);
});

test('a server that is killed in the middle of an upload keeps nothing of it, and all of what it acknowledged', async (t) => {
  let server = await t.mesh.dev();
  const client = t.client(server);
  const bytes = randomBytes(3 * MiB);
  const kept = await client.writeArtifact({ name: 'kept' }, bytes);
  const write = client.openWrite({ name: 'half' });
  while (objects(server.data).length < 2) await write.send({ data: randomBytes(512 << 10) });
  await server.stop('SIGKILL');
  await refused(write.done, 'UNAVAILABLE');
  assert.equal(objects(server.data).length, 2);
  server = await t.mesh.dev({ data: server.data });
  assert.deepEqual(objects(server.data), [kept.id]);
  const again = t.client(server);
  assert.ok((await again.readArtifact({ id: kept.id })).equals(bytes));
  assert.equal((await again.writeArtifact({ name: 'kept' }, bytes)).id, kept.id, 'repeating a write has one effect');
});

test('an artifact of an execution is fenced by its attempt and stands in its stream', async (t) => {
  const server = await t.mesh.dev({ args: ['--poem-pace', '100ms'] });
  const client = t.client(server);
  const { id } = await client.CreateExecution(poemRequest('Fence'));
  await client.tail({ execution_id: id }, { until: ({ kind }) => kind === 'output' });
  const header = (attempt) => ({ execution_id: id, task: 0, attempt, name: 'verse.txt', media_type: 'text/plain' });
  await refused(client.writeArtifact(header(2), Buffer.from('zombie')), 'FAILED_PRECONDITION', 'STALE_ATTEMPT');
  const artifact = await client.writeArtifact(header(1), Buffer.from('a verse'));
  const late = client.openWrite({ ...header(1), name: 'late.txt' });
  await late.send({ data: Buffer.from('too late') });
  const events = await client.tail({ execution_id: id });
  late.send({ end: {} });
  late.end();
  await refused(late.done, 'FAILED_PRECONDITION', 'STALE_ATTEMPT');
  await refused(client.writeArtifact(header(1), Buffer.from('zombie')), 'FAILED_PRECONDITION', 'STALE_ATTEMPT');
  const written = events.filter(({ kind }) => kind === 'artifact');
  assert.equal(written.length, 1);
  assert.equal(written[0].artifact.id, artifact.id);
  assert.equal(written[0].artifact.digest, sha256('a verse'));
  const { last_seq: last } = await client.GetExecution({ id });
  assert.equal(last, events.length, 'a refused write changed the stream');
  await server.stop();
  assert.deepEqual(objects(server.data), [artifact.id]);
});

test('owners see their own; a signed URL opens one content for a while', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const page = await gateway(t, server);
  const token = await t.token('ada');
  const ada = t.client(server, token);
  const bob = t.client(server, await t.token('bob'));
  const mine = await ada.writeArtifact({ name: 'mine' }, Buffer.from('hers'));
  const other = await ada.writeArtifact({ name: 'other' }, Buffer.from('also hers'));

  const unknown = await refused(bob.GetArtifact({ id: '0192f0c4-8d1e-7001-9abc-0123456789ab' }), 'NOT_FOUND', 'ARTIFACT_UNKNOWN');
  const foreign = await refused(bob.GetArtifact({ id: mine.id }), 'NOT_FOUND', 'ARTIFACT_UNKNOWN');
  assert.equal(foreign.message.replaceAll(mine.id, ''), unknown.message.replaceAll('0192f0c4-8d1e-7001-9abc-0123456789ab', ''));
  assert.equal((await fetchBytes(page, 'GET', mine.uri, bearer(bob.token))).status, 404);
  assert.equal((await fetchBytes(page, 'GET', mine.uri)).status, 401);
  assert.equal((await fetchBytes(page, 'GET', mine.uri, bearer(token))).body.toString(), 'hers');
  await refused(ada.writeArtifact({ execution_id: mine.id, attempt: 1, name: 'x' }, Buffer.from('x')), 'PERMISSION_DENIED', 'ROLE_REQUIRED');

  const { uri } = (await page.call('POST', `/v1/artifacts/${mine.id}:sign`, { body: {}, headers: bearer(token) })).json;
  assert.ok(uri.startsWith(`${mine.uri}?token=`));
  assert.equal((await fetchBytes(page, 'GET', uri)).body.toString(), 'hers');
  assert.equal((await fetchBytes(page, 'HEAD', uri)).status, 200);
  assert.equal((await fetchBytes(page, 'GET', uri, { range: 'bytes=1-2' })).body.toString(), 'er');
  const [, query] = uri.split('?');
  assert.equal((await fetchBytes(page, 'GET', `${other.uri}?${query}`)).status, 401);
  assert.equal((await fetchBytes(page, 'GET', `/v1/artifacts/${mine.id}?${query}`)).status, 401);
  assert.equal((await fetchBytes(page, 'GET', uri.slice(0, -4) + 'AAAA')).status, 401);

  const brief = await ada.Sign({ id: mine.id, ttl: { seconds: 1 } });
  const expires = (brief.expire_time.seconds + 1) * 1000;
  let answer;
  do answer = await fetchBytes(page, 'GET', brief.uri);
  while (answer.status === 200 && Date.now() < expires + 10_000);
  assert.equal(answer.status, 401);
  assert.match(answer.body.toString(), /TICKET_EXPIRED/);
  await refused(bob.Sign({ id: mine.id }), 'NOT_FOUND', 'ARTIFACT_UNKNOWN');
});

test('a reader that hangs on 200 MiB costs little memory, and others are served', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const page = await gateway(t, server);
  const token = await t.token('ada');
  const ada = t.client(server, token);
  const write = ada.openWrite({ name: 'large' });
  const hash = createHash('sha256');
  for (let i = 0; i < 400; ++i) {
    const data = Buffer.alloc(512 << 10, i & 255);
    hash.update(data);
    await write.send({ data });
  }
  write.send({ end: { digest: hash.digest('hex') } });
  write.end();
  const large = await write.done;
  assert.equal(large.size, 200 * MiB);
  const before = { server: peak(server), gateway: peak(page.process) };

  const slow = await new Promise((resolve, reject) => {
    http.get({ ...page.where, path: large.uri, headers: bearer(token), agent: false }, resolve).on('error', reject);
  });
  slow.pause();
  for (let i = 0; i < 100; ++i) {
    const part = await fetchBytes(page, 'GET', large.uri, { ...bearer(token), range: `bytes=${i * MiB}-${i * MiB + 9}` });
    assert.equal(part.status, 206);
    assert.equal(part.body.length, 10);
  }
  const grown = { server: peak(server) - before.server, gateway: peak(page.process) - before.gateway };
  assert.ok(grown.server < 40 && grown.gateway < 40, `grew by ${JSON.stringify(grown)} MiB`);
  slow.destroy();
}, { timeout: 120_000 });
