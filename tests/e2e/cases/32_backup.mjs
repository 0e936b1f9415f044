// A store that is copied while its server works, and a server that goes on with the copy.
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isFinal, poemRequest } from '../client.mjs';
import { assert, checkPoem, eachOf, test } from '../harness.mjs';
import { Postgres } from '../postgres.mjs';
import { flowmesh, run } from '../processes.mjs';

const LANES = 8;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// Clients that create poems one after the other until they are told to stop; `made` is what was acknowledged, by idempotency key.
class Load {
  constructor(client) {
    this.made = new Map();
    this.waiting = [];
    this.over = false;
    this.running = eachOf(Array.from({ length: LANES }), LANES, async (_, lane) => {
      for (let n = 0; !this.over; ++n) {
        const key = `lane-${lane}-${n}`;
        this.made.set(key, await client.CreateExecution(poemRequest(key, { idempotency_key: key })));
        this.waiting = this.waiting.filter(({ count, resolve }) => this.made.size < count || resolve());
      }
    });
    this.running.catch(() => {});
  }

  // Until so many more are acknowledged.
  more(count) {
    const enough = new Promise((resolve) => this.waiting.push({ count: this.made.size + count, resolve }));
    return Promise.race([enough, this.running]);
  }

  stop() {
    this.over = true;
    return this.running;
  }
}

// What the copy must hold: it was made by `copy` under load, and `serveCopy` starts a server on it with what artifacts hold.
async function checkCopy(t, dev, copy, serveCopy) {
  const client = t.client(dev);
  const first = await client.CreateExecution(poemRequest('first', { idempotency_key: 'first' }));
  await checkPoem(client, first.id);
  const load = new Load(client);
  load.made.set('first', first);
  await load.more(100);
  const content = randomBytes(300_000);
  const artifact = await client.writeArtifact({ name: 'kept' }, content);
  const before = new Map(load.made);
  const ended = (await client.list()).filter(({ state }) => isFinal(state));
  await Promise.all([copy(), load.more(30)]);
  const late = await client.writeArtifact({ name: 'late' }, randomBytes(10));
  await load.more(30);
  await load.stop();

  const restored = await serveCopy();
  const again = t.client(restored);
  const known = new Map((await again.list()).map((execution) => [execution.id, execution]));
  for (const [key, { id }] of before) assert.ok(known.has(id), `${key} was acknowledged before the copy and is not in it`);
  assert.ok(known.size < load.made.size, 'the copy is of no earlier moment');
  await eachOf([...known.keys()], 20, (id) => checkPoem(again, id));
  const attempts = await eachOf([...known.keys()], 20, async (id) => (await again.tasks(id))[0].attempt);
  assert.ok(attempts.some((attempt) => attempt > 1), 'nothing was being worked on at the moment of the copy');
  assert.ok(ended.some(({ id }) => id === first.id));
  for (const { id } of ended) {
    assert.deepEqual(await again.tail({ execution_id: id }), await client.tail({ execution_id: id }), 'an ended one has other events');
  }
  for (const [key, { id }] of [...before].slice(0, 20)) {
    assert.equal((await again.CreateExecution(poemRequest(key, { idempotency_key: key }))).id, id, 'its key is forgotten');
  }
  assert.equal(sha256(await again.readArtifact({ id: artifact.id })), sha256(content));
  await assert.rejects(again.GetArtifact({ id: late.id }), /artifact/);

  // The server that was copied noticed nothing.
  await eachOf([...load.made.values()], 20, ({ id }) => checkPoem(client, id));
  assert.equal((await client.list()).length, load.made.size);
  console.log(`        ${load.made.size} created, ${before.size} before the copy, ${known.size} in it, ${attempts.filter((attempt) => attempt > 1).length} done again`);
}

// Contents after rows: what a row in the copy names was there before it, and nothing but a deletion takes it away.
function copyArtifacts(from, to) {
  mkdirSync(to, { recursive: true });
  cpSync(path.join(from, 'artifacts/objects'), path.join(to, 'artifacts/objects'), { recursive: true });
}

test('flowmesh backup under load holds all that was acknowledged, and a server goes on with it', async (t) => {
  const dev = await t.mesh.dev({ args: ['--poem-pace', '20ms', '--slots', '16'] });
  const file = path.join(t.directory, 'copy');
  const data = path.join(t.directory, 'restored');
  const copy = async () => {
    const { code, stdout, stderr } = await t.run(['backup', '--data', dev.data, file]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /backed up .* tables of version \d+/);
  };
  await checkCopy(t, dev, copy, async () => {
    copyArtifacts(dev.data, data);
    const { code, stdout, stderr } = await t.run(['restore', '--data', data, file]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /restored/);
    return t.mesh.dev({ data, args: ['--slots', '16'] });
  });
}, { timeout: 120_000 });

test('pg_dump under load holds all that was acknowledged, and a server goes on with what pg_restore makes of it', async (t) => {
  const database = await Postgres.start(t);
  const dev = await t.mesh.dev({ args: ['--store', database.url(), '--poem-pace', '20ms', '--slots', '16'] });
  const file = path.join(t.directory, 'copy');
  const data = path.join(t.directory, 'restored');
  const where = ['-h', database.host, '-p', `${database.port}`, '-U', 'flowmesh'];
  const program = async (name, args) => {
    const { code, stderr } = await run(path.join(database.home.programs, name), args);
    assert.equal(code, 0, stderr);
  };
  const copy = () => program('pg_dump', [...where, '-Fc', '-f', file, 'flowmesh']);
  await checkCopy(t, dev, copy, async () => {
    copyArtifacts(dev.data, data);
    await database.sql('CREATE DATABASE restored', 'postgres');
    await program('pg_restore', [...where, '--exit-on-error', '--single-transaction', '-d', 'restored', file]);
    // The views came with it.
    const shown = await database.sql('SELECT count(*), count(*) FILTER (WHERE state = \'RUNNING\') > 0 FROM executions_view', 'restored');
    assert.equal(shown, `${await database.sql('SELECT count(*) FROM executions', 'restored')}|t`);
    return t.mesh.dev({ data, args: ['--store', database.url({ database: 'restored' }), '--slots', '16'] });
  });
}, { timeout: 180_000 });

test('pg_basebackup under load makes a server of PostgreSQL that holds all that was acknowledged', async (t) => {
  const database = await Postgres.start(t);
  const dev = await t.mesh.dev({ args: ['--store', database.url(), '--poem-pace', '20ms', '--slots', '16'] });
  const data = path.join(t.directory, 'restored');
  let other;
  await checkCopy(t, dev, async () => (other = await database.copy()), async () => {
    copyArtifacts(dev.data, data);
    await other.begin();
    return t.mesh.dev({ data, args: ['--store', other.url(), '--slots', '16'] });
  });
}, { timeout: 180_000 });

test('a backup or a restore that cannot be says why and leaves everything as it was', async (t) => {
  const dev = await t.mesh.dev();
  const client = t.client(dev);
  const { id } = await client.CreateExecution(poemRequest('Stays'));
  await checkPoem(client, id);
  const file = path.join(t.directory, 'copy');
  assert.equal((await t.run(['backup', '--data', dev.data, file])).code, 0);
  const refuses = async (pattern, ...args) => {
    const { code, stdout, stderr } = await t.run(args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, pattern);
    assert.doesNotMatch(stderr, /sqlite|\.cc:/i);
  };
  const empty = path.join(t.directory, 'nothing');
  await refuses(/copy exists/, 'backup', '--data', dev.data, file);
  await refuses(/no store in/, 'backup', '--data', empty, path.join(t.directory, 'other'));
  await refuses(/is held by process \d+/, 'restore', '--data', dev.data, file);
  await refuses(/No such file/, 'restore', '--data', empty, path.join(t.directory, 'other'));
  await refuses(/no backup/, 'restore', '--data', empty, flowmesh);
  await refuses(/--data is required/, 'restore', file);
  assert.ok(!existsSync(empty));
  mkdirSync(empty);
  writeFileSync(path.join(empty, 'notes'), 'mine');
  await refuses(/not empty \(notes\)/, 'restore', '--data', empty, file);
  assert.deepEqual(readdirSync(empty), ['notes']);
  await dev.stop();
  await refuses(/not empty \(.*flowmesh\.db/, 'restore', '--data', dev.data, file);
  await checkPoem(t.client(await t.mesh.dev({ data: dev.data })), id);
});
